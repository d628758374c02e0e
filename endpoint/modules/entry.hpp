#pragma once
/// \file
/// What a module shows to the program that loads it (module.hpp): of which build it is, and a function that opens its
/// part. All else in it is hidden.

#include "parts.hpp"

#define TINTYPE_MODULE_SHOWS __attribute__((visibility("default")))

extern "C" TINTYPE_MODULE_SHOWS const char tintype_module_build[];
