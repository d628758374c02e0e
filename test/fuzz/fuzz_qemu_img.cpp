// What qemu-img says, in JSON and in words, and the headers of qcow2 files that we read ourselves. The first byte says
// which.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "backend/qcow2_header.hpp"
#include "backend/qemu_img.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

namespace {

/// A file of this process's own, which goes with it.
class DiskFile {
  public:
    DiskFile() : path_(folder() / ("fuzz_qemu_img." + std::to_string(::getpid()))) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (descriptor_ < 0) fuzz::expect_none("no file in the folder for temporary files");
    }
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;
    ~DiskFile() {
        ::close(descriptor_);
        ::unlink(path_.c_str());
    }
    backend::Disk holding(std::string_view bytes) {
        if (::ftruncate(descriptor_, 0) != 0 ||
            ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            fuzz::expect_none("the file can't be written");
        }
        return {"disk0.qcow2", path_};
    }

  private:
    /// In memory where there is such a folder.
    static std::filesystem::path folder() {
        const std::filesystem::path shared = "/dev/shm";
        return std::filesystem::is_directory(shared) ? shared : std::filesystem::temp_directory_path();
    }

    std::filesystem::path path_;
    int descriptor_ = -1;
};

void check_words(std::string_view text) {
    const backend::Disk disk{"disk0.qcow2", "/var/lib/tintype/vms/vm/disk0.qcow2"};
    for (const auto& error : {backend::explain_qemu_img(text, 1, &disk), backend::explain_qemu_img(text, 1, nullptr)}) {
        for (const char c : error.message) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || byte > 0x7E) fuzz::expect_none("what is not printable: " + error.message);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static DiskFile file;
    const fuzz::Budget budget;
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        const backend::Disk disk{"disk0.qcow2", "/nonexistent/disk0.qcow2"};
        const auto contents = backend::read_qemu_img_info(text, disk);
        if (!contents && contents.error().message.find('\n') != std::string::npos)
            fuzz::expect_none("an error of more than a line");
        check_words(text);
        return 0;
    }
    const auto disk = file.holding(text);
    const auto format = backend::format_of(disk);
    const auto contents = backend::read_plain_qcow2(disk);
    if (contents && format != backend::DiskFormat::qcow2) fuzz::expect_none("what is no qcow2 file was read as one");
    return 0;
}
