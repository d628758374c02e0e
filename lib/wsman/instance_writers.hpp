#pragma once
/// \file
/// What writes the instances of the classes that are served.

#include <string>
#include <unordered_map>

#include "cim/instance_writer.hpp"
#include "cim/instance_xml.hpp"
#include "tintype/wsman/router.hpp"

namespace tintype::wsman {

/// Never changes once it is made. Thread safety: any thread.
class InstanceWriters {
  public:
    /// Of every class that the router has now.
    explicit InstanceWriters(const Router& router) {
        for (const auto* resource : router.all({}))
            writers_.try_emplace(&resource->declaration(), resource->declaration());
    }

    /// Null for a class that is not served.
    [[nodiscard]] const cim::InstanceWriter* find(const cim::ClassDeclaration& declaration) const {
        const auto found = writers_.find(&declaration);
        return found == writers_.end() ? nullptr : &found->second;
    }

    void append(std::string& out, const cim::Instance& instance, cim::UriStyle style) const {
        if (const auto* writer = find(instance.declaration())) return writer->append(out, instance, style);
        cim::append_instance(out, instance, style);
    }

  private:
    std::unordered_map<const cim::ClassDeclaration*, cim::InstanceWriter> writers_;
};

}  // namespace tintype::wsman
