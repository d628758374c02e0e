// What everything that changes a machine's disks has in common: it looks at all of them before it changes one, writes
// down what it is about to do, and finds what an earlier operation left unfinished.

#include <fmt/format.h>

#include <utility>

#include "backend/qcow2_machine.hpp"

namespace tintype::backend {
namespace {

tl::unexpected<BackendError> failure(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

}  // namespace

/// Nobody has edited the machine's files, and nothing is unfinished any more. `kept`: what to say after an error.
BackendResult<void> Qcow2Machine::begin(std::string_view kept, const Publish& publish) {
    if (auto unchanged = check_unchanged(kept); !unchanged) return unchanged;
    if (!intent_) return {};
    const auto settled = settle_intent();
    publish(view());
    if (!settled) return failure(settled.error().code, fmt::format("{}; {}", settled.error().message, kept));
    // A second intent beside it would leave the next opening guessing.
    if (intent_) {
        return failure(BackendErrorCode::failed,
                       fmt::format("{} can't be removed; {}", intent_file(intent_->kind), kept));
    }
    return {};
}

/// All disks as they are now. Errors: somebody holds one, or one that is `needed` can't be read and written.
BackendResult<std::vector<Qcow2Machine::DiskState>> Qcow2Machine::examine(
    const std::function<bool(const DiskState&)>& needed, std::string_view kept, Operation& operation, Steps& steps,
    const Publish& publish) {
    const auto refused = [kept](const BackendError& error) {
        return failure(error.code, fmt::format("{}; {}", error.message, kept));
    };
    std::vector<DiskState> states;
    for (const std::string& name : description_.disks) {
        const auto disk = locate_disk(folder_, name);
        if (disk && is_held(*disk)) {
            held_ = true;
            publish(view());
            return failure(BackendErrorCode::in_use,
                           fmt::format("disk {} is in use by another process; {}", name, kept));
        }
        states.push_back(look_at(name));
        if (needed(states.back())) {
            if (!states.back().contents) return refused(states.back().contents.error());
            if (const auto writable = check_writable(*disk); !writable) return refused(writable.error());
        }
        if (operation.stop_requested()) {
            return failure(BackendErrorCode::cancelled, fmt::format("stopped as asked; {}", kept));
        }
        steps.next();
    }
    const bool was_held = std::exchange(held_, false);
    if (judge(states) || was_held) publish(view());
    return states;
}

BackendResult<void> Qcow2Machine::write_intent(Intent intent, std::string_view kept) {
    intent_ = std::move(intent);
    if (const auto written = replace_file(folder_ / intent_file(intent_->kind), format_intent(*intent_)); !written) {
        drop_intent();
        return failure(written.error().code, fmt::format("{}; {}", written.error().message, kept));
    }
    return {};
}

BackendResult<void> Qcow2Machine::load_intent() {
    constexpr std::size_t limit = std::size_t{256} << 10;
    for (const Intent::Kind kind : intent_kinds) {
        discard_unfinished(folder_ / intent_file(kind));
        const auto text = read_file(folder_ / intent_file(kind), limit);
        if (!text) return tl::unexpected(text.error());
        if (!*text) continue;
        if (intent_) {
            return failure(BackendErrorCode::invalid,
                           fmt::format("{} and {} are both there", intent_file(intent_->kind), intent_file(kind)));
        }
        auto intent = parse_intent(**text, kind);
        if (!intent) return tl::unexpected(intent.error());
        intent_ = *std::move(intent);
    }
    if (!intent_) return {};
    log(LogLevel::warning,
        fmt::format("work on snapshot {} was interrupted ({})", intent_->snapshot, intent_file(intent_->kind)));
    if (const auto settled = settle_intent(); !settled) log(LogLevel::error, settled.error().message);
    return {};
}

/// Ends what an earlier operation, of this process or one before it, left unfinished.
BackendResult<void> Qcow2Machine::settle_intent() {
    switch (intent_->kind) {
        case Intent::Kind::create:
            return settle_create();
        case Intent::Kind::apply:
            return settle_apply();
        case Intent::Kind::destroy:
            break;
    }
    return settle_destroy();
}

void Qcow2Machine::drop_intent() {
    if (const auto removed = remove_file(folder_ / intent_file(intent_->kind)); !removed) {
        // Harmless: whoever finds it sees by the disks that there is nothing left to do.
        log(LogLevel::warning, removed.error().message);
        return;
    }
    intent_.reset();
}

/// Deletes the snapshot from one disk and sees that it is gone.
BackendResult<void> Qcow2Machine::delete_from(const std::string& name, const std::string& tag) const {
    const auto disk = locate_disk(folder_, name);
    if (!disk) return tl::unexpected(disk.error());
    if (auto deleted = qemu_img_.delete_snapshot(*disk, tag); !deleted) return deleted;
    const auto contents = qemu_img_.read(*disk);
    if (!contents) return tl::unexpected(contents.error());
    if (TagIndex(*contents).find(tag) == Presence::absent) return {};
    return failure(BackendErrorCode::failed, fmt::format("qemu-img did not delete the snapshot from disk {}", name));
}

}  // namespace tintype::backend
