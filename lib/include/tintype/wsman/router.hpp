#pragma once
/// \file
/// From a resource URI to the class that serves it (DSP0227 clause 5).

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tintype/cim/resource_uri.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// Filled before the first request, then only read: any thread.
class Router {
  public:
    /// Adds a class; its name must not be there yet in its namespace (std::logic_error).
    void add(std::unique_ptr<Resource> resource);

    /// The class of this very name, or null. \param cim_namespace empty: any.
    [[nodiscard]] Resource* find(std::string_view cim_namespace, std::string_view class_name) const noexcept;

    /// The class of this name and every class derived from it, in the order in which they were added.
    [[nodiscard]] std::vector<Resource*> find_with_subclasses(std::string_view cim_namespace,
                                                              std::string_view class_name) const;

    /// The same into a vector that is there already.
    void find_with_subclasses(std::string_view cim_namespace, std::string_view class_name,
                              std::vector<Resource*>& found) const;

    /// All classes of a namespace, in the order in which they were added. \param cim_namespace empty: of any.
    [[nodiscard]] std::vector<Resource*> all(std::string_view cim_namespace) const;

    /// The instance that a reference names, or nothing if there is none: no such class, keys that are not its, no such
    /// instance. \param cim_namespace where to look for one that names no namespace; empty: anywhere.
    [[nodiscard]] Result<std::optional<cim::Instance>> look_up(const cim::ObjectPath& path,
                                                               std::string_view cim_namespace) const;

  private:
    std::vector<std::unique_ptr<Resource>> resources_;
};

/// Whether a path's keys can name an instance of the class: none is another's, and each that is needed is there.
[[nodiscard]] bool names_instance(const cim::ObjectPath& path, const Resource& resource);

}  // namespace tintype::wsman
