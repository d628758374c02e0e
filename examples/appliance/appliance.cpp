// An appliance that answers WS-Management clients from a storage engine of its own, which is a toy, but a real one.
//
// A volume is a folder of blocks. To take a snapshot, the volume's blocks move to a folder of the snapshot's, and the
// volume goes on with none; a block that it doesn't hold is read from its parent, and so on down. Blocks are replaced,
// never written in place. `parent` holds the id of the snapshot beneath, or nothing.
//     STORE/volumes/GUID/{name,parent,blocks/…}        STORE/snapshots/GUID/{name,parent,volume,blocks/…}
#include <tintype/host_service.hpp>
#include <tintype/server.hpp>
#include <tintype/snapshot_service.hpp>
#include <tintype/worker_pool.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

namespace fs = std::filesystem;
using namespace tintype;

static std::optional<std::string> text(const fs::path& file) {
    std::string line;
    return std::getline(std::ifstream(file), line) ? std::optional(line) : std::nullopt;
}
static const tl::unexpected<BackendError> missing({BackendErrorCode::not_found, "no such volume or snapshot"});

// What a storage engine tells Tintype: what there is, and how to destroy one snapshot. An exception becomes a failed
// job.
class VolumeStore : public SnapshotBackend {
  public:
    explicit VolumeStore(const fs::path& root) : volumes_(root / "volumes"), snapshots_(root / "snapshots") {}
    BackendCapabilities capabilities() const noexcept override { return {.destroys_running = true}; }
    BackendResult<std::vector<Machine>> machines(std::string_view after, std::size_t limit) override {
        return page<Machine>(volumes_, after, limit, &VolumeStore::machine);
    }
    BackendResult<std::vector<Snapshot>> snapshots(std::string_view after, std::size_t limit) override {
        return page<Snapshot>(snapshots_, after, limit, &VolumeStore::snapshot);
    }
    // Ids come from clients, but Tintype passes on nothing that is no GUID: they can't lead out of the folder.
    BackendResult<Machine> machine(std::string_view id) override {
        const fs::path folder = volumes_ / id;
        const auto name = text(folder / "name");
        if (!name) return missing;
        return Machine{.id = std::string(id), .name = *name, .current_snapshot = text(folder / "parent")};
    }
    BackendResult<Snapshot> snapshot(std::string_view id) override {
        const fs::path folder = snapshots_ / id;
        const auto name = text(folder / "name"), volume = text(folder / "volume");
        if (!name || !volume) return missing;
        return Snapshot{.id = std::string(id), .machine = *volume, .parent = text(folder / "parent"), .name = *name};
    }
    // Whatever stands on the snapshot takes over its blocks, then its parent; then it goes, in one step. The power may
    // fail anywhere: until that step the snapshot is whole, and doing it all again does no harm.
    BackendResult<Destroyed> destroy_snapshot(std::string_view id, Operation&) override {
        const fs::path layer = snapshots_ / id, gone = snapshots_ / ("." + std::string(id));
        if (!fs::exists(layer)) return missing;
        std::vector<fs::path> above(fs::directory_iterator(volumes_), {});
        above.insert(above.end(), fs::directory_iterator(snapshots_), {});
        std::erase_if(above, [&](const fs::path& folder) { return text(folder / "parent") != id; });
        for (const fs::path& child : above) {
            for (const fs::path& block : fs::directory_iterator(layer / "blocks")) {
                const fs::path own = child / "blocks" / block.filename();
                if (!fs::exists(own)) fs::create_hard_link(block, own);
            }
            fs::copy_file(layer / "parent", child / "parent.new", fs::copy_options::overwrite_existing);
            fs::rename(child / "parent.new", child / "parent");
        }
        fs::rename(layer, gone);
        fs::remove_all(gone);
        return Destroyed{{std::string(id)}};
    }

  private:
    template <class T, class Read>
    BackendResult<std::vector<T>> page(const fs::path& folder, std::string_view after, std::size_t limit, Read read) {
        std::set<std::string> ids;
        for (const fs::path& entry : fs::directory_iterator(folder)) ids.insert(entry.filename());
        std::vector<T> found;
        for (auto id = ids.upper_bound(std::string(after)); id != ids.end() && found.size() < limit; ++id) {
            if (auto one = (this->*read)(*id); one && !id->starts_with('.')) found.push_back(std::move(*one));
        }
        return found;
    }
    const fs::path volumes_, snapshots_;
};

int main(int argc, char** argv) {
    if (argc != 4) return std::cerr << "usage: appliance STORE USERS URL\n", 2;
    VolumeStore store(argv[1]);
    const auto users = open_users_file(argv[2]);  // Made by `tintyped user add NAME --file USERS`.
    if (!users) return std::cerr << users.error() << '\n', 1;
    const auto jobs = make_memory_job_store();
    WorkerPool workers;
    WorkerPool job_workers;  // A pool of their own, so that long jobs keep nobody from logging on.
    SnapshotService service(store, *jobs, job_workers);
    HostService host;  // Win32_OperatingSystem and the like, which many clients ask for first.
    Endpoint endpoint({service, host});
    // Passwords in the clear are for a try on loopback: a product gives certificate and key, and listens on https.
    Server server(endpoint, {.passwords = users->get()}, workers,
                  {.listeners = {{argv[3], "", ""}}, .allow_unencrypted = true});
    if (const auto opened = server.open(); !opened) return std::cerr << opened.error() << '\n', 1;
    std::cout << server.urls().front() << std::endl;
    server.run();  // Until the process is ended, which the store bears at any time.
}
