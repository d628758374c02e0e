#pragma once
/// \file
/// A method by its declaration alone: values in, values out, no XML (DSP0226 clause 9, DSP0230).

#include <cstdint>
#include <functional>
#include <string_view>

#include "tintype/cim/parameters.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// What a method does.
/// \param in the declared parameters that go in, checked: what is required is there and not null.
/// \param out takes the declared parameters that come out; one that isn't set is left out of the answer.
/// \returns the method's ReturnValue. Errors: a fault, for what isn't the method's to answer; its own refusals are
///          return values. An exception becomes InternalError.
/// Thread safety: called from any thread, several at once.
using MethodHandler =
    std::function<Result<std::uint32_t>(const Call& call, const cim::Parameters& in, cim::Parameters& out)>;

/// A method for Resource::method() to hand out. It reads `p:NAME_INPUT`, calls the handler, writes `p:NAME_OUTPUT` with
/// the out parameters in the declared order and ReturnValue last. What doesn't fit the declaration never reaches the
/// handler: another element is ActionNotSupported (ActionMismatch), an unknown parameter InvalidParameter
/// (InvalidName), a value of a wrong type or out of range InvalidParameter (TypeMismatch), one that is missing, null
/// though it is required, or there twice, InvalidParameter. \param declaration must outlive the method. \param name a
/// method of it, in any case; otherwise std::logic_error.
///
/// Example: a lamp, declared as in class_declaration.hpp.
/// \code
/// class Lamp final : public tintype::wsman::Resource {
///     …
///     const tintype::wsman::Method* method(std::string_view name) const noexcept override {
///         return tintype::cim::equal_names(name, "Switch") ? &switch_ : nullptr;
///     }
///     std::atomic<bool> on_{false};
///     tintype::wsman::Method switch_ = tintype::wsman::make_method(
///         lamp, "Switch",
///         [this](const auto& call, const auto& in, auto& out) -> tintype::wsman::Result<std::uint32_t> {
///             on_ = *in.template value<bool>("On");
///             return 0;
///         });
/// };
/// \endcode
[[nodiscard]] Method make_method(const cim::ClassDeclaration& declaration, std::string_view name,
                                 MethodHandler handler);

}  // namespace tintype::wsman
