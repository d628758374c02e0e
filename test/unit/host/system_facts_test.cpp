// Single facts: versions, languages, architectures, chassis.
#include <doctest/doctest.h>

#include "host/hardware.hpp"
#include "host/language.hpp"
#include "host/operating_system.hpp"
#include "made_up_system.hpp"

namespace {

using namespace tintype::host;
using tintype::test::MadeUpSystem;

TEST_CASE("the version has three numbers, whatever the kernel's release is") {
    CHECK(three_numbers("6.1.0-18-amd64") == "6.1.0");
    CHECK(three_numbers("6.18.44-fc") == "6.18.44");
    CHECK(three_numbers("6.1-rc2") == "6.1.0");
    CHECK(three_numbers("5") == "5.0.0");
    CHECK(three_numbers("5.15.0.1") == "5.15.0");
    CHECK(three_numbers("") == "0.0.0");
    CHECK(three_numbers("next") == "0.0.0");
}

TEST_CASE("locales are named as Windows names languages") {
    CHECK(language_of("en_US.UTF-8").id == 0x0409);
    CHECK(language_of("C.UTF-8").tag == "en-US");
    CHECK(language_of("").tag == "en-US");
    CHECK(language_of("de_AT@euro").id == 0x0C07);
    CHECK(language_of("tlh_KX").tag == "tlh-KX");
    CHECK_FALSE(language_of("tlh_KX").id);
}

TEST_CASE("architectures are of 32 or 64 bits, and the chassis says what a computer is for") {
    for (const char* name : {"x86_64", "aarch64", "ppc64le", "riscv64", "s390x"}) CHECK(is_64_bit(name));
    for (const char* name : {"i686", "armv7l"}) CHECK_FALSE(is_64_bit(name));
    const MadeUpSystem laptop;
    laptop.write("sys/class/dmi/id/chassis_type", "10\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::mobile);
    laptop.write("sys/class/dmi/id/chassis_type", "3\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::desktop);
    laptop.write("sys/class/dmi/id/chassis_type", "1\n");
    CHECK(read_hardware(SystemFiles(laptop.root())).chassis == ChassisUse::unspecified);
}

}  // namespace
