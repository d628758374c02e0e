#pragma once
/// \file
/// The classes of the test provider, all in root/test.

#include <memory>
#include <string_view>

#include "tintype/wsman/resource.hpp"

namespace provider {

inline constexpr std::string_view cim_namespace = "root/test";

/// Test_Thing: does what its name says. `fault:SUBCODE` or `fault:SUBCODE/DETAIL` fails with that row of the catalogue,
/// `failing` with a backend's own words, `throwing` throws, `large` doesn't fit into an answer; `ok` and what was
/// created is there; anything else is not. The text of a Put or Create is obeyed in the same way.
std::unique_ptr<tintype::wsman::Resource> make_thing();

/// Test_Number: a million instances, handed out by a cursor.
std::unique_ptr<tintype::wsman::Resource> make_number();

/// Test_Slow: a singleton; Get, Pull and the method Wait are answered when somebody invokes Open.
std::unique_ptr<tintype::wsman::Resource> make_slow();

/// Test_Process: the memory of this process, how many cursors it holds open, how many requests wait.
std::unique_ptr<tintype::wsman::Resource> make_process();

/// Test_TwinProcess: the same again. Both are derived from Test_AnyProcess.
std::unique_ptr<tintype::wsman::Resource> make_twin_process();

/// Test_Link: an association between the thing `ok` and the first ten numbers. Its keys are references.
std::unique_ptr<tintype::wsman::Resource> make_link();

/// Cursors of Test_Number that are alive.
std::size_t live_cursors() noexcept;

}  // namespace provider
