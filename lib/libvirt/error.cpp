#include "libvirt/error.hpp"

#include <fmt/format.h>
#include <libvirt/libvirt.h>

#include <cerrno>
#include <string>
#include <utility>

namespace tintype::libvirt {
namespace {

BackendErrorCode code_of(const virError& error) {
    switch (error.code) {
        case VIR_ERR_NO_DOMAIN:
        case VIR_ERR_NO_DOMAIN_SNAPSHOT:
            return BackendErrorCode::not_found;
        // "Cannot acquire state change lock": somebody else's operation on this machine.
        case VIR_ERR_OPERATION_TIMEOUT:
        case VIR_ERR_RESOURCE_BUSY:
            return BackendErrorCode::in_use;
        case VIR_ERR_NO_SUPPORT:
        case VIR_ERR_OPERATION_UNSUPPORTED:
        case VIR_ERR_CONFIG_UNSUPPORTED:
        case VIR_ERR_ARGUMENT_UNSUPPORTED:
            return BackendErrorCode::not_supported;
        case VIR_ERR_OPERATION_INVALID:
            return BackendErrorCode::invalid;
        case VIR_ERR_OPERATION_ABORTED:
            return BackendErrorCode::cancelled;
        default:
            break;
    }
    const std::string_view text = error.message == nullptr ? "" : error.message;
    // qemu-img and QEMU say these in words only.
    if (text.find("No space left on device") != std::string_view::npos ||
        (error.code == VIR_ERR_SYSTEM_ERROR && error.int1 == ENOSPC)) {
        return BackendErrorCode::no_space;
    }
    if (text.find("Failed to get \"write\" lock") != std::string_view::npos) return BackendErrorCode::in_use;
    return BackendErrorCode::failed;
}

/// One line: messages of qemu-img come with line breaks.
std::string one_line(std::string_view text) {
    std::string line(text);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
    for (char& c : line)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    return line;
}

}  // namespace

tl::unexpected<BackendError> last_error(std::string_view what, virConnectPtr connection) {
    BackendErrorCode code = BackendErrorCode::failed;
    std::string text = "libvirt gives no reason";
    if (const virError* const error = virGetLastError(); error != nullptr) {
        code = code_of(*error);
        if (error->message != nullptr) text = one_line(error->message);
    }
    if (connection != nullptr && virConnectIsAlive(connection) != 1) code = BackendErrorCode::unavailable;
    return tl::unexpected(BackendError{code, fmt::format("{}: {}", what, text)});
}

int last_code() {
    return virGetLastErrorCode();
}

tl::unexpected<BackendError> refuse(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

void silence() {
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

}  // namespace tintype::libvirt
