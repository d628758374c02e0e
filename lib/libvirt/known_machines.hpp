#pragma once
/// \file
/// What is known of one host's machines: filled by readings, corrected by events.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libvirt/machine_reader.hpp"

namespace tintype::libvirt {

/// Thread safety: all of it.
class KnownMachines {
  public:
    /// Takes a reading in, unless a later one is there. \returns it as it is known now.
    KnownMachine put(KnownMachine machine);
    void remove(std::string_view id);
    /// Forgets machines that are not among these, unless they were read after this time.
    void keep_only(const std::set<std::string, std::less<>>& ids, Clock::time_point asked);

    [[nodiscard]] std::optional<KnownMachine> machine(std::string_view id) const;
    /// What a new reading may keep: nothing once its XML is old or an event said that it changed.
    [[nodiscard]] std::optional<KnownMachine> reusable(std::string_view id) const;
    [[nodiscard]] std::optional<KnownMachine> owner_of(std::string_view snapshot) const;
    [[nodiscard]] std::vector<std::string> ids() const;
    /// Shows each machine in turn. \param visit must not call back in here.
    template <class Visit>
    void each(Visit visit) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, entry] : entries_) visit(entry.machine, on_time(entry));
    }

    /// An event said that its description may be another now.
    void mark_changed(std::string_view id);
    /// An event said that it does this now.
    void set_state(std::string_view id, MachineState state);

  private:
    struct Entry {
        KnownMachine machine;
        bool changed = false;                            ///< Since it was read.
        std::optional<Clock::time_point> running_since;  ///< As far as this process has seen.
    };
    static void note_state(Entry& entry);
    [[nodiscard]] static std::chrono::milliseconds on_time(const Entry& entry);
    [[nodiscard]] static KnownMachine seen(const Entry& entry);

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace tintype::libvirt
