// URLs of listeners: what is read is written so that it is read as the same.
#include "fuzz_input.hpp"
#include "http/url.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto url = http::parse_listener_url(fuzz::text_of(data, size));
    if (!url) {
        if (url.error().empty()) fuzz::expect_none("refused without a word");
        return 0;
    }
    if (url->host.empty() || !url->path.starts_with('/')) fuzz::expect_none("no host or no path: " + url->text());
    const auto again = http::parse_listener_url(url->text());
    if (!again) fuzz::expect_none(url->text() + " is not read again: " + again.error());
    if (again->tls != url->tls || again->host != url->host || again->port != url->port || again->path != url->path)
        fuzz::expect_none(url->text() + " becomes " + again->text());
    return 0;
}
