#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "clients/c/arguments.h"
#include "clients/c/error.h"
#include "clients/c/goxel.h"
#include "clients/c/image.h"
#include "clients/cpp/decryption.h"

using goxel::CheckPointers;
using goxel::GuardForC;
using goxel::Status;

namespace {

static_assert(GOXEL_KEY_CHARS == 2 * goxel::kEncryptionKeyBytes);
static_assert(GOXEL_NONCE_CHARS == 2 * goxel::kEncryptionNonceBytes);

// `text` has room for the digits and a NUL.
void WriteDigits(std::span<const std::byte> bytes, char* text) {
  const std::string digits = goxel::FormatSecretBytes(bytes);
  std::memcpy(text, digits.c_str(), digits.size() + 1);
}

}  // namespace

goxel_code goxel_file_secret(const goxel_file* file,
                             char key[GOXEL_KEY_CHARS + 1],
                             char nonce[GOXEL_NONCE_CHARS + 1],
                             goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers =
        CheckPointers({{"file", file}, {"key", key}, {"nonce", nonce}});
    if (!pointers.ok()) return pointers;
    if (!file->render.encryption) {
      return {goxel::StatusCode::kFailedPrecondition,
              "the picture is not encrypted; set encrypt in its request"};
    }
    WriteDigits(file->render.encryption->secret.key, key);
    WriteDigits(file->render.encryption->secret.nonce, nonce);
    return {};
  });
}

goxel_code goxel_decrypt(const char* path, const char* key, const char* nonce,
                         goxel_file** file, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers(
        {{"path", path}, {"key", key}, {"nonce", nonce}, {"file", file}});
    if (!pointers.ok()) return pointers;
    const auto secret = goxel::ParseRenderSecret(key, nonce);
    if (!secret) return secret.error();
    auto decrypted = goxel::DecryptRender(path, *secret);
    if (!decrypted) return decrypted.error();
    goxel::FileRender render;
    render.id = decrypted->id;
    render.picture = std::move(decrypted->bytes);
    *file = new goxel_file{std::move(render), {}};
    return {};
  });
}
