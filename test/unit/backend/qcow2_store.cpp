#include "qcow2_store.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "backend/machine_files.hpp"
#include "backend/process.hpp"
#include "backend/qemu_img.hpp"

namespace tintype::test {

std::string guid(unsigned number) {
    return fmt::format("00000000-0000-4000-8000-{:012X}", number);
}

std::string run(const std::string& program, std::vector<std::string> arguments) {
    backend::ProcessRequest request;
    request.program = backend::find_program(program, std::getenv("PATH"));
    REQUIRE_MESSAGE(!request.program.empty(), program);
    request.arguments = std::move(arguments);
    request.environment = {"LC_ALL=C", "PATH=/usr/bin:/bin"};
    request.time_limit = std::chrono::seconds(60);
    auto result = backend::run_process(request);
    REQUIRE(result);
    REQUIRE_MESSAGE(result->code == 0, program << ": " << result->errors);
    return result->output;
}

void Qcow2Store::make_root() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tintype-qcow2-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
    store_ = root_ / "store";
}

Qcow2Store::Qcow2Store() {
    make_root();
    std::filesystem::create_directory(store_);
}

Qcow2Store::Qcow2Store(const Qcow2Store& other) : machines_(other.machines_) {
    make_root();
    std::filesystem::copy(other.store_, store_, std::filesystem::copy_options::recursive);
}

Qcow2Store::~Qcow2Store() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

void Qcow2Store::add_machine(const std::string& folder, const std::string& id, const std::vector<std::string>& disks) {
    std::filesystem::create_directory(store_ / folder);
    std::string list;
    for (const std::string& disk : disks) {
        make_disk(store_ / folder / disk, {"-f", "qcow2"});
        list += fmt::format("\"{}\", ", disk);
    }
    write(std::filesystem::path(folder) / "machine.toml",
          fmt::format("id = \"{}\"\nname = \"Machine {}\"\ndisks = [{}]\n", id, folder, list));
    machines_.emplace_back(folder, disks);
}

void Qcow2Store::make_disk(const std::filesystem::path& disk, std::vector<std::string> options) const {
    // qemu-img takes the name of a data file as relative to the folder that it runs in.
    for (std::string& option : options) {
        if (option.starts_with("data_file=")) option.insert(option.find('=') + 1, root_.string() + '/');
    }
    options.insert(options.begin(), {"create", "-q"});
    options.insert(options.end(), {disk.string(), "256K"});
    std::filesystem::remove(disk);
    run("qemu-img", options);
}

void Qcow2Store::fill(const std::string& folder, unsigned byte) const {
    for (const auto& [name, disks] : machines_) {
        if (name != folder) continue;
        for (const std::string& disk : disks) {
            run("qemu-io",
                {"-f", "qcow2", "-c", fmt::format("write -q -P {} 0 256K", byte), (store_ / folder / disk).string()});
        }
    }
}

void Qcow2Store::add_snapshot(const std::string& folder, const std::string& id,
                              const std::optional<std::string>& parent) const {
    for (const auto& [name, disks] : machines_) {
        if (name != folder) continue;
        for (const std::string& disk : disks)
            run("qemu-img", {"snapshot", "-c", id, (store_ / folder / disk).string()});
    }
    const std::filesystem::path file = store_ / folder / "snapshots.toml";
    std::ofstream tree(file, std::ios::app);
    tree << fmt::format("[[snapshot]]\nid = \"{}\"\nname = \"S{}\"\ncreated = 2025-01-31T12:00:00Z\n", id, id.back());
    if (parent) tree << fmt::format("parent = \"{}\"\n", *parent);
}

void Qcow2Store::add_web() {
    add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
    write("web/snapshots.toml", fmt::format("current = \"{}\"\n", guid(3)));
    for (unsigned number = 1; number <= 4; ++number) {
        fill("web", number);
        std::optional<std::string> parent;
        if (number > 1) parent = guid(std::min(number - 1, 2U));
        add_snapshot("web", guid(number), parent);
    }
    fill("web", 0x55);
}

void Qcow2Store::write(const std::filesystem::path& file, std::string_view content) const {
    std::ofstream(store_ / file, std::ios::trunc) << content;
}

std::string Qcow2Store::read(const std::filesystem::path& file) const {
    std::ifstream in(store_ / file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> Qcow2Store::tags(const std::filesystem::path& disk) const {
    const auto qemu_img = backend::QemuImg::find("qemu-img", std::chrono::seconds(60));
    REQUIRE(qemu_img);
    const auto contents = qemu_img->read({disk.string(), store_ / disk});
    REQUIRE_MESSAGE(contents, contents.error().message);
    std::vector<std::string> tags;
    for (const auto& snapshot : contents->snapshots) tags.push_back(snapshot.tag);
    return tags;
}

std::string Qcow2Store::content(const std::filesystem::path& disk, const std::string& tag) const {
    const std::filesystem::path raw = root_ / "content.raw";
    std::vector<std::string> arguments{"convert", "-f", "qcow2", "-O", "raw"};
    if (!tag.empty()) arguments.insert(arguments.end(), {"-l", "snapshot.name=" + tag});
    arguments.insert(arguments.end(), {(store_ / disk).string(), raw.string()});
    run("qemu-img", arguments);
    std::ifstream in(raw, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    REQUIRE(bytes.size() == std::size_t{256} << 10);
    const char first = bytes.front();
    if (std::any_of(bytes.begin(), bytes.end(), [first](char c) { return c != first; })) return "";
    return fmt::format("{:x}", static_cast<unsigned char>(first));
}

std::vector<std::string> Qcow2Store::disks(const std::string& folder) const {
    std::vector<std::string> paths;
    for (const auto& [name, disks] : machines_) {
        if (name != folder) continue;
        for (const std::string& disk : disks) paths.push_back((std::filesystem::path(name) / disk).string());
    }
    return paths;
}

void Qcow2Store::check_clean(SnapshotBackend& backend, Leaks leaks) const {
    const auto snapshots = backend.snapshots("", 1000);
    REQUIRE(snapshots);
    for (const auto& machine : machines_) {
        const std::string& folder = machine.first;
        CAPTURE(folder);
        std::set<std::string> expected(machine.second.begin(), machine.second.end());
        expected.insert({"machine.toml", "snapshots.toml"});
        for (const auto& file : std::filesystem::directory_iterator(store_ / folder)) {
            CHECK_MESSAGE(expected.count(file.path().filename().string()) == 1, file.path());
        }
        const auto described = backend::parse_description(read(std::filesystem::path(folder) / "machine.toml"));
        REQUIRE(described);
        std::set<std::string> listed;
        for (const Snapshot& snapshot : *snapshots) {
            if (snapshot.machine == described->id) listed.insert(snapshot.id);
        }
        for (const std::string& disk : this->disks(folder)) {
            CAPTURE(disk);
            const auto found = tags(disk);
            CHECK(std::set(found.begin(), found.end()) == listed);
            const std::string image = (store_ / disk).string();
            if (leaks == Leaks::allowed) run("qemu-img", {"check", "-q", "-r", "leaks", "-f", "qcow2", image});
            run("qemu-img", {"check", "-q", "-f", "qcow2", image});
        }
    }
}

std::filesystem::path Qcow2Store::script(const std::string& body) const {
    const std::filesystem::path file = root_ / "qemu-img-script";
    const std::filesystem::path real = backend::find_program("qemu-img", std::getenv("PATH"));
    std::ofstream(file, std::ios::trunc) << fmt::format("#!/bin/sh\nreal='{}'\nhere='{}'\n{}\n", real.string(),
                                                        root_.string(), body);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> Qcow2Store::open(const std::filesystem::path& qemu_img,
                                                                              std::chrono::seconds timeout) {
    Qcow2BackendOptions options;
    options.store = store_;
    options.qemu_img = qemu_img;
    options.timeout = timeout;
    options.log = [this](LogLevel, std::string_view line) {
        const std::lock_guard guard(mutex_);
        log_ += line;
        log_ += '\n';
    };
    return open_qcow2_backend(std::move(options));
}

std::unique_ptr<SnapshotBackend> Qcow2Store::opened(const std::filesystem::path& qemu_img) {
    auto backend = open(qemu_img);
    REQUIRE_MESSAGE(backend, backend.error().message);
    return *std::move(backend);
}

std::unique_ptr<SnapshotBackend> Qcow2Store::opened_again(std::unique_ptr<SnapshotBackend> backend) {
    backend.reset();
    return opened();
}

std::string Qcow2Store::logged() const {
    const std::lock_guard guard(mutex_);
    return log_;
}

HeldDisk::HeldDisk(const std::filesystem::path& disk) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
    const std::string path = disk.string();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::execlp("qemu-io", "qemu-io", "-f", "qcow2", path.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    // It has the disk open once it asks for its first command.
    char prompt = 0;
    REQUIRE(::read(output_, &prompt, 1) == 1);
}

HeldDisk::~HeldDisk() {
    ::close(input_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ::close(output_);
}

std::string tree_of(SnapshotBackend& backend) {
    const auto snapshots = backend.snapshots("", 1000);
    REQUIRE(snapshots);
    std::string tree;
    for (const Snapshot& snapshot : *snapshots) {
        tree += (tree.empty() ? "" : " ") + snapshot.id.substr(35);
        if (snapshot.parent) tree += ">" + snapshot.parent->substr(35);
    }
    return tree;
}

}  // namespace tintype::test
