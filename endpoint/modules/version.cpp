#include "modules/entry.hpp"

const char tintype_module_version[] = TINTYPE_VERSION;
