// WQL: whatever comes, a query is read or refused with a place in it; what a condition fixes as keys is what every
// instance that meets it has; and LIKE means what its definition says.
#include <string>
#include <vector>

#include "cim/like.hpp"
#include "cim/same_object.hpp"
#include "cim/test_class.hpp"
#include "cim/wql.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

namespace {

std::vector<cim::Instance> make_instances() {
    std::vector<cim::Instance> all;
    for (const char* const name : {"a", "A", "it's", "100%", ""}) {
        cim::Instance instance(cim::test_class);
        instance.set("Name", name)
            .set("Flag", cim::Scalar(true))
            .set("Texts", cim::Array{std::string("one"), std::string("two")})
            .set("When", cim::Scalar(cim::Timestamp{}))
            .set("Other", cim::Scalar(cim::ObjectPath{"", "root/test", "Test_Thing", {{"Name", "a"}}}));
        instance.set("Number", std::uint64_t{all.size()}).set("Large", ~std::uint64_t{0});
        all.push_back(std::move(instance));
    }
    all.emplace_back(cim::test_class);
    return all;
}

bool has(const cim::Instance& instance, const cim::Key& key) {
    const auto path = instance.path();
    const std::string* const value = path.key(key.name);
    return value != nullptr && cim::equal_names(*value, key.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<cim::Instance> instances = make_instances();
    const fuzz::Budget budget;
    const auto text = fuzz::text_of(data, size);
    const auto line = text.find('\n');
    if (line != std::string_view::npos) static_cast<void>(cim::is_like(text.substr(line + 1), text.substr(0, line)));
    const auto query = cim::parse_wql(text);
    if (!query) {
        if (query.error().position == 0 || query.error().position > size + 1 || query.error().message.empty())
            fuzz::expect_none("an error without its place: " + query.error().message);
        return 0;
    }
    const auto* const select = std::get_if<cim::WqlSelect>(&*query);
    if (select == nullptr) return 0;
    if (cim::check_condition(select->condition, cim::test_class)) return 0;
    const auto keys = cim::fixed_keys(select->condition, cim::test_class);
    for (const auto& instance : instances) {
        if (!cim::matches(select->condition, instance, "HOST")) continue;
        for (const auto& key : keys) {
            if (!has(instance, key)) fuzz::expect_none("a match has another " + key.name + " than " + key.value);
        }
    }
    return 0;
}
