#include "backend/disk_contents.hpp"

namespace tintype::backend {

TagIndex::TagIndex(const DiskContents& contents) {
    for (const DiskSnapshot& snapshot : contents.snapshots) {
        ++tags_[snapshot.tag];
        ids_.emplace(snapshot.id, snapshot.tag);
    }
}

Presence TagIndex::find(const std::string& tag) const {
    const auto named = tags_.find(tag);
    if (named == tags_.end()) return Presence::absent;
    // qemu-img matches the number as well as the name when it applies, and older releases also when they delete.
    const auto numbered = ids_.find(tag);
    const bool is_number = numbered != ids_.end() && numbered->second != tag;
    return named->second == 1 && !is_number ? Presence::present : Presence::ambiguous;
}

}  // namespace tintype::backend
