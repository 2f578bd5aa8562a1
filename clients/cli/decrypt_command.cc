// goxelctl decrypt: an encrypted render in, its picture out.

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <CLI/CLI.hpp>

#include "clients/cli/command.h"
#include "clients/cli/key_file.h"
#include "clients/cli/picture_output.h"
#include "clients/cpp/decryption.h"

namespace goxel {
namespace {

struct DecryptArguments {
  std::string file;
  std::string output;
  std::string key_file;
  std::string key;
  std::string nonce;
};

Result<RenderSecret> FindSecret(DecryptArguments& arguments) {
  if (!arguments.key_file.empty()) return ReadKeyFile(arguments.key_file);
  auto secret = ParseRenderSecret(arguments.key, arguments.nonce);
  ::OPENSSL_cleanse(arguments.key.data(), arguments.key.size());
  return secret;
}

ExitCode Decrypt(const Invocation& invocation, DecryptArguments& arguments) {
  const auto secret = FindSecret(arguments);
  if (!secret) return Complain(secret.error(), ExitCode::kUsage);
  const auto render = DecryptRender(arguments.file, *secret);
  if (!render) return Complain(render.error());
  Status written =
      WriteBytes(render->bytes, arguments.output, OutputAccess::kOwner);
  if (!written.ok()) return Complain(written);
  if (invocation.json) {
    fmt::print(R"({{"id":"{}","format":"{}","width":{},"height":{}}})"
               "\n",
               FormatRenderId(render->id), ToString(render->format),
               render->width, render->height);
  } else if (arguments.output != kStdoutName) {
    fmt::print(stderr, "{}: {} x {} {}, render {}\n", arguments.output,
               render->width, render->height, ToString(render->format),
               FormatRenderId(render->id));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddDecryptCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "decrypt", "Decrypt the file of an encrypted render; needs no daemon");
  auto arguments = std::make_shared<DecryptArguments>();
  command->add_option("file", arguments->file, "The render's .enc file")
      ->required();
  CLI::Option* key_file =
      command->add_option("--key-file", arguments->key_file,
                          "File with the key and the nonce, a line each");
  CLI::Option* key =
      command
          ->add_option("--key", arguments->key,
                       "Key in hex; other users may see it in the list of "
                       "processes, --key-file hides it")
          ->excludes(key_file);
  command->add_option("--nonce", arguments->nonce, "Nonce in hex")
      ->excludes(key_file)
      ->needs(key);
  command
      ->add_option("-o,--output", arguments->output,
                   "Picture to write, for the owner alone, or - for stdout")
      ->required();
  command->callback([&invocation, arguments] {
    if (arguments->key_file.empty() && arguments->nonce.empty()) {
      throw CLI::ValidationError("decrypt",
                                 "give --key-file, or --key and --nonce");
    }
    if (invocation.json && arguments->output == kStdoutName) {
      throw CLI::ValidationError("--json",
                                 "the picture already goes to stdout");
    }
    invocation.exit_code = Decrypt(invocation, *arguments);
  });
}

}  // namespace goxel
