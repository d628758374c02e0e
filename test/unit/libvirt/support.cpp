#include "support.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <libvirt/virterror.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "libvirt/event_loop.hpp"
#include "libvirt/xml.hpp"

namespace tintype::test {
namespace {

std::string last_words() {
    return virGetLastErrorMessage();
}

}  // namespace

std::string run(const std::string& program, std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    posix_spawn_file_actions_t files{};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&files, ends[0]);
    std::string name = program;
    std::vector<char*> argv{name.data()};
    for (std::string& one : arguments) argv.push_back(one.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    REQUIRE(::posix_spawnp(&pid, program.c_str(), &files, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    std::string output;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
        output.append(part.data(), static_cast<std::size_t>(n));
    }
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    REQUIRE_MESSAGE(status == 0, program << " failed: " << output);
    return output;
}

LogSink Log::sink() {
    return [this](LogLevel, std::string_view line) {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(line);
        more_.notify_all();
    };
}

std::size_t Log::count(std::string_view text) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        lines_.begin(), lines_.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

bool Log::wait_for(std::string_view text, std::size_t count) {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, std::chrono::seconds(30), [&] {
        return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), [&](const std::string& line) {
                   return line.find(text) != std::string::npos;
               })) >= count;
    });
}

Virsh::Virsh(const std::string& uri) {
    static const auto loop = libvirt::EventLoop::shared();
    connection_.reset(virConnectOpen(uri.c_str()));
    REQUIRE_MESSAGE(connection_, uri << ": " << last_words());
}

libvirt::Domain Virsh::domain(const std::string& uuid) {
    libvirt::Domain domain(virDomainLookupByUUIDString(connection_.get(), uuid.c_str()));
    REQUIRE_MESSAGE(domain, last_words());
    return domain;
}

libvirt::DomainSnapshot Virsh::snapshot(const std::string& uuid, const std::string& name) {
    libvirt::DomainSnapshot snapshot(virDomainSnapshotLookupByName(domain(uuid).get(), name.c_str(), 0));
    REQUIRE_MESSAGE(snapshot, last_words());
    return snapshot;
}

void Virsh::define(const std::string& xml) {
    const libvirt::Domain domain(virDomainDefineXML(connection_.get(), xml.c_str()));
    REQUIRE_MESSAGE(domain, last_words());
}

void Virsh::undefine(const std::string& uuid) {
    const libvirt::Domain domain(virDomainLookupByUUIDString(connection_.get(), uuid.c_str()));
    if (!domain) return;
    if (virDomainIsActive(domain.get()) == 1) virDomainDestroy(domain.get());
    // The test driver takes no undefine with snapshots.
    for (const auto& name : names(uuid)) {
        const libvirt::DomainSnapshot one(virDomainSnapshotLookupByName(domain.get(), name.c_str(), 0));
        if (one) virDomainSnapshotDelete(one.get(), VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    }
    virDomainUndefineFlags(domain.get(), VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA);
}

void Virsh::start(const std::string& uuid, bool paused) {
    const int done = virDomainCreateWithFlags(domain(uuid).get(), paused ? VIR_DOMAIN_START_PAUSED : 0);
    REQUIRE_MESSAGE(done == 0, last_words());
}

void Virsh::turn_off(const std::string& uuid) {
    REQUIRE_MESSAGE(virDomainDestroy(domain(uuid).get()) == 0, last_words());
}

void Virsh::take(const std::string& uuid, const std::string& name, const std::string& description) {
    take_xml(uuid, libvirt::new_snapshot(name, description), 0);
}

void Virsh::take_xml(const std::string& uuid, const std::string& xml, unsigned flags) {
    const libvirt::DomainSnapshot made(virDomainSnapshotCreateXML(domain(uuid).get(), xml.c_str(), flags));
    REQUIRE_MESSAGE(made, last_words());
}

void Virsh::remove(const std::string& uuid, const std::string& name) {
    REQUIRE_MESSAGE(virDomainSnapshotDelete(snapshot(uuid, name).get(), 0) == 0, last_words());
}

std::string Virsh::description(const std::string& uuid, const std::string& name) {
    char* const xml = virDomainSnapshotGetXMLDesc(snapshot(uuid, name).get(), 0);
    REQUIRE(xml != nullptr);
    const auto read = libvirt::read_snapshot(xml);
    std::free(xml);
    REQUIRE(read);
    return read->description;
}

std::vector<std::string> Virsh::names(const std::string& uuid) {
    virDomainSnapshotPtr* list = nullptr;
    const int count = virDomainListAllSnapshots(domain(uuid).get(), &list, 0);
    REQUIRE_MESSAGE(count >= 0, last_words());
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
        const libvirt::DomainSnapshot one(list[i]);
        names.emplace_back(virDomainSnapshotGetName(one.get()));
    }
    std::free(list);
    std::sort(names.begin(), names.end());
    return names;
}

int Virsh::state(const std::string& uuid) {
    int state = 0;
    REQUIRE(virDomainGetState(domain(uuid).get(), &state, nullptr, 0) == 0);
    return state;
}

std::unique_ptr<SnapshotBackend> opened(std::vector<std::string> uris, const LogSink& log) {
    LibvirtBackendOptions options;
    options.uris = std::move(uris);
    options.first_retry = std::chrono::milliseconds(50);
    options.longest_retry = std::chrono::milliseconds(200);
    options.patience = std::chrono::seconds(30);
    options.log = log;
    auto backend = open_libvirt_backend(options);
    REQUIRE_MESSAGE(backend, backend.error().message);
    return *std::move(backend);
}

std::string test_domain(const std::string& name, const std::string& uuid) {
    return fmt::format(
        "<domain type='test'><name>{}</name><uuid>{}</uuid><description>notes of {}</description>"
        "<memory unit='MiB'>32</memory><os><type>hvm</type></os>"
        "<devices><disk type='file' device='disk'><source file='/none'/><target dev='vda'/></disk></devices></domain>",
        name, uuid, name);
}

std::string snapshot_id(unsigned number) {
    return fmt::format("5AFE0000-0000-4000-8000-{:012X}", number);
}

}  // namespace tintype::test
