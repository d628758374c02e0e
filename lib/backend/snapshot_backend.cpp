#include "tintype/snapshot_backend.hpp"

namespace tintype {

BackendResult<Snapshot> SnapshotBackend::modify_snapshot(std::string_view /*id*/, const SnapshotChanges& /*changes*/) {
    return tl::unexpected(
        BackendError{BackendErrorCode::not_supported, "This backend can't change a snapshot's name or notes."});
}

}  // namespace tintype
