#include "host/language.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tintype::host {

namespace {

// The languages of Win32_OperatingSystem.OSLanguage (class page) that distributions install.
constexpr auto ids = std::to_array<std::pair<std::string_view, std::uint16_t>>({
    {"ar-SA", 0x0401}, {"bg-BG", 0x0402}, {"ca-ES", 0x0403}, {"zh-TW", 0x0404}, {"cs-CZ", 0x0405}, {"da-DK", 0x0406},
    {"de-DE", 0x0407}, {"el-GR", 0x0408}, {"en-US", 0x0409}, {"fi-FI", 0x040B}, {"fr-FR", 0x040C}, {"he-IL", 0x040D},
    {"hu-HU", 0x040E}, {"is-IS", 0x040F}, {"it-IT", 0x0410}, {"ja-JP", 0x0411}, {"ko-KR", 0x0412}, {"nl-NL", 0x0413},
    {"nb-NO", 0x0414}, {"pl-PL", 0x0415}, {"pt-BR", 0x0416}, {"ro-RO", 0x0418}, {"ru-RU", 0x0419}, {"hr-HR", 0x041A},
    {"sk-SK", 0x041B}, {"sq-AL", 0x041C}, {"sv-SE", 0x041D}, {"th-TH", 0x041E}, {"tr-TR", 0x041F}, {"id-ID", 0x0421},
    {"uk-UA", 0x0422}, {"be-BY", 0x0423}, {"sl-SI", 0x0424}, {"et-EE", 0x0425}, {"lv-LV", 0x0426}, {"lt-LT", 0x0427},
    {"vi-VN", 0x042A}, {"zh-CN", 0x0804}, {"de-CH", 0x0807}, {"en-GB", 0x0809}, {"es-MX", 0x080A}, {"fr-BE", 0x080C},
    {"it-CH", 0x0810}, {"nl-BE", 0x0813}, {"nn-NO", 0x0814}, {"pt-PT", 0x0816}, {"de-AT", 0x0C07}, {"en-AU", 0x0C09},
    {"es-ES", 0x0C0A}, {"fr-CA", 0x0C0C}, {"en-CA", 0x1009}, {"fr-CH", 0x100C}, {"en-NZ", 0x1409}, {"en-IE", 0x1809},
});

}  // namespace

Language language_of(std::string_view locale) {
    locale = locale.substr(0, locale.find_first_of(".@"));
    std::string tag(locale);
    if (tag.empty() || tag == "C" || tag == "POSIX") tag = "en-US";
    std::replace(tag.begin(), tag.end(), '_', '-');
    const auto* const found = std::find_if(ids.begin(), ids.end(), [&](const auto& one) { return one.first == tag; });
    return {tag, found == ids.end() ? std::nullopt : std::optional(found->second)};
}

}  // namespace tintype::host
