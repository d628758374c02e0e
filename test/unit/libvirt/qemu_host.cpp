#include "qemu_host.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace tintype::test {
namespace {

constexpr unsigned disk_size = 1U << 20U;

/// QEMU must not run as root: then the daemon runs as nobody.
bool is_root() {
    return ::geteuid() == 0;
}

void give_away(const std::filesystem::path& path) {
    if (!is_root()) return;
    const passwd* const nobody = ::getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    REQUIRE(::chown(path.c_str(), nobody->pw_uid, nobody->pw_gid) == 0);
}

}  // namespace

QemuHost& QemuHost::shared() {
    static QemuHost host;
    return host;
}

QemuHost::QemuHost() {
    std::string name = "/tmp/tintype-libvirt-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = name;
    give_away(root_);
    for (const char* const folder : {"run", "config", "cache", "disks"}) {
        std::filesystem::create_directory(root_ / folder);
        std::filesystem::permissions(root_ / folder, std::filesystem::perms::owner_all);
        give_away(root_ / folder);
    }
    start_daemon();
}

QemuHost::~QemuHost() {
    for (const auto& id : {vm_a, vm_b}) {
        if (virsh_) virsh_->undefine(id);
    }
    virsh_.reset();
    ::kill(daemon_, SIGTERM);
    ::waitpid(daemon_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::string QemuHost::uri() const {
    return fmt::format("qemu+unix:///session?socket={}", (root_ / "run/libvirt/libvirt-sock").string());
}

void QemuHost::start_daemon() {
    std::ofstream(root_ / "libvirtd.conf") << "log_outputs=\"3:file:" << (root_ / "run/log").string() << "\"\n";
    std::filesystem::remove(root_ / "run/libvirt/libvirt-sock");
    std::filesystem::create_directories(root_ / "run/libvirt");
    give_away(root_ / "run/libvirt");
    // It ends with this process, however that ends.
    std::vector<std::string> words{"setpriv", "--pdeathsig=KILL"};
    if (is_root()) words.insert(words.end(), {"--reuid=nobody", "--regid=nogroup", "--clear-groups"});
    for (std::string word :
         {std::string("env"), "HOME=" + (root_ / "config").string(), "XDG_RUNTIME_DIR=" + (root_ / "run").string(),
          "XDG_CONFIG_HOME=" + (root_ / "config").string(), "XDG_CACHE_HOME=" + (root_ / "cache").string(),
          std::string("/usr/sbin/libvirtd"), std::string("-f"), (root_ / "libvirtd.conf").string()}) {
        words.push_back(std::move(word));
    }
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    REQUIRE(::posix_spawnp(&daemon_, argv[0], nullptr, nullptr, argv.data(), environ) == 0);
    await_daemon();
    virsh_ = std::make_unique<Virsh>(uri());
}

/// The socket is there from bind(2) on and takes nobody before listen(2): only a connection tells.
void QemuHost::await_daemon() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (root_ / "run/libvirt/libvirt-sock").string();
    REQUIRE(path.size() < sizeof(address.sun_path));
    path.copy(&address.sun_path[0], path.size());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (bool reached = false; !reached; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, "libvirtd doesn't listen");
        REQUIRE_MESSAGE(::waitpid(daemon_, nullptr, WNOHANG) == 0, "libvirtd has ended");
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(socket >= 0);
        reached = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        ::close(socket);
    }
}

void QemuHost::kill_daemon() {
    virsh_.reset();
    REQUIRE(::kill(daemon_, SIGKILL) == 0);
    REQUIRE(::waitpid(daemon_, nullptr, 0) == daemon_);
}

void QemuHost::define(const std::string& uuid, const std::string& name, const std::vector<std::string>& disks,
                      const std::string& more) {
    remove(uuid);
    std::filesystem::create_directory(root_ / "disks" / uuid);
    give_away(root_ / "disks" / uuid);
    std::string devices;
    char letter = 'a';
    for (const auto& disk : disks) {
        const auto path = root_ / "disks" / uuid / disk;
        const auto format = path.extension().string().substr(1);
        run("qemu-img", {"create", "-q", "-f", format, path.string(), std::to_string(disk_size)});
        give_away(path);
        devices += fmt::format(
            "<disk type='file' device='disk'><driver name='qemu' type='{}'/><source file='{}'/>"
            "<target dev='vd{}' bus='virtio'/></disk>",
            format, path.string(), letter++);
    }
    virsh_->define(
        fmt::format("<domain type='qemu'><name>{}</name><uuid>{}</uuid><memory unit='MiB'>32</memory>"
                    "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
                    "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{}{}"
                    "<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>",
                    name, uuid, devices, more));
}

void QemuHost::remove(const std::string& uuid) {
    REQUIRE_MESSAGE(virsh_, "libvirtd was lost by an earlier test");
    virsh_->undefine(uuid);
    std::filesystem::remove_all(root_ / "disks" / uuid);
}

std::vector<std::filesystem::path> QemuHost::disks(const std::string& uuid) const {
    std::vector<std::filesystem::path> disks;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "disks" / uuid)) disks.push_back(entry.path());
    std::sort(disks.begin(), disks.end());
    return disks;
}

void QemuHost::fill(const std::string& uuid, unsigned byte) const {
    for (const auto& disk : disks(uuid)) {
        run("qemu-io", {"-f", "qcow2", "-c", fmt::format("write -P {} 0 {}", byte, disk_size), disk.string()});
    }
}

unsigned QemuHost::content(const std::string& uuid) const {
    std::optional<unsigned> content;
    for (const auto& disk : disks(uuid)) {
        const auto raw = root_ / "raw";
        run("qemu-img", {"convert", "-f", "qcow2", "-O", "raw", disk.string(), raw.string()});
        std::ifstream file(raw, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        std::filesystem::remove(raw);
        REQUIRE(bytes.size() == disk_size);
        const auto first = static_cast<unsigned char>(bytes.front());
        if (bytes.find_first_not_of(bytes.front()) != std::string::npos || content.value_or(first) != first) return 0;
        content = first;
    }
    return content.value_or(0);
}

void QemuHost::check_disks(const std::string& uuid) {
    const auto names = virsh_->names(uuid);
    const bool in_use = virsh_->state(uuid) != VIR_DOMAIN_SHUTOFF;
    for (const auto& disk : disks(uuid)) {
        if (disk.extension() != ".qcow2") continue;
        CAPTURE(disk.string());
        if (!in_use) run("qemu-img", {"check", "-q", disk.string()});
        const auto listed = run("qemu-img", {"snapshot", "-U", "-l", disk.string()});
        const auto lines = static_cast<std::size_t>(std::count(listed.begin(), listed.end(), '\n'));
        CHECK_MESSAGE(lines == (names.empty() ? 0 : names.size() + 2), listed);
        for (const auto& name : names) CHECK_MESSAGE(listed.find(" " + name + " ") != std::string::npos, listed);
    }
}

QemuHost::Halted::Halted(pid_t pid) : pid_(pid) {
    REQUIRE(::kill(pid_, SIGSTOP) == 0);
}

QemuHost::Halted::~Halted() {
    ::kill(pid_, SIGCONT);
}

QemuHost::Halted QemuHost::halt(const std::string& name) const {
    pid_t pid = 0;
    std::ifstream(root_ / "run/libvirt/qemu/run" / (name + ".pid")) >> pid;
    REQUIRE(pid > 1);
    return Halted(pid);
}

}  // namespace tintype::test
