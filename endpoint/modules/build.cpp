#include "build_id.hpp"
#include "modules/entry.hpp"

const char tintype_module_build[] = TINTYPE_BUILD_ID;
