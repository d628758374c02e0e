#pragma once
/// \file
/// An enumeration under way: what it draws from, and how its client wants to see each instance.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/cim/instance.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/wsman/fault.hpp"
#include "wsman/instance_source.hpp"
#include "wsman/instance_writers.hpp"
#include "wsman/spare_page.hpp"

namespace tintype::wsman {

/// What a client wants of each instance (DSP0226 8.2.2).
/// `text` is for the classes of class_request.hpp: each instance has its text.
enum class ItemForm { object, reference, object_and_reference, text };

struct View {
    ItemForm form = ItemForm::object;
    cim::UriStyle style = cim::UriStyle::wmi;
    std::vector<std::string> properties;  ///< Not empty: a fragment of these, system properties among them.
    bool keys_only = false;               ///< All properties but the keys as nulls.
    std::string as_class;                 ///< Not empty: only what this superclass has (ExcludeSubClassProperties).
    std::string host;                     ///< `__SERVER`.
    const InstanceWriters* writers = nullptr;
};

/// Used by one thread at a time.
class EnumerationContext {
  public:
    EnumerationContext(std::unique_ptr<InstanceSource> source, View view)
        : source_(std::move(source)), view_(std::move(view)) {}

    enum class State { ready, end, unknown };
    /// Whether there is a next instance. Looks at a few further ones if it has to; `unknown` says that none of them was
    /// wanted and that it takes another call.
    /// \param wanted how many instances are still to be taken: not many more are fetched, so that a context that waits
    ///        for its next Pull holds little.
    /// \param permissions instances that they don't let read are left out, wherever they come from; null: none.
    Result<State> look(std::size_t wanted, const Permissions* permissions);

    /// Before the first look() of a request, whose permissions may be others than the last one's.
    void forget_permissions() noexcept { permitted_ = nullptr; }

    /// Appends the item that the next instance is to this client; look() said ready.
    void append(std::string& out) const;
    void take();

    /// Uses the memory of a page, whatever is left in it, and gives it back, to be used by the next.
    void borrow(cim::InstancePage& page) {
        page.clear(most_spare_instances);
        std::swap(fetched_, page);
    }
    void give_back(cim::InstancePage& page) {
        std::swap(fetched_, page);
        page.clear(most_spare_instances);
    }

    /// Gives back what only a request under way needs: a context may wait long for its next one.
    void rest() { fetched_.trim(); }

  private:
    void append_object(std::string& out, const cim::Instance& instance) const;
    void append_properties(std::string& out, const cim::Instance& instance) const;
    void drop_hidden(const Permissions* permissions);
    void select_of(const cim::ClassDeclaration& declaration) const;

    /// What of a class's instances is given out.
    struct Selection {
        const cim::ClassDeclaration* declaration = nullptr;
        const cim::InstanceWriter* writer = nullptr;
        std::vector<std::size_t> properties;
        std::vector<const cim::PropertyDeclaration*> system_properties;
    };

    std::unique_ptr<InstanceSource> source_;
    View view_;
    cim::InstancePage fetched_;
    std::size_t fetch_size_ = 1;
    bool more_ = true;
    const cim::ClassDeclaration* permitted_ = nullptr;  ///< A class whose instances this request may read.
    mutable Selection selection_;                       ///< Of the class that the last instance was of.
};

}  // namespace tintype::wsman
