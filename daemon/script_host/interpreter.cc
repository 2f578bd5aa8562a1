#include "daemon/script_host/interpreter.h"

#include <duktape.h>
#include <unistd.h>

#include <string_view>

#include "daemon/script_host/prelude.h"

// Duktape throws with longjmp(): between here and duk_safe_call() nothing may
// have a destructor.

namespace goxel {
namespace {

// Errors that a script that used up its memory can still be told of.
constexpr std::string_view kOutOfMemory =
    R"({"name":"RangeError","message":"the script is out of memory"})";
constexpr std::string_view kNoWords =
    R"({"name":"Error","message":"the error cannot be shown"})";

struct Host {
  Arena& arena;
  Channel& channel;
  std::size_t printed = 0;  // Bytes.
};

Host& HostOf(duk_context* context) {
  duk_memory_functions functions;
  duk_get_memory_functions(context, &functions);
  return *static_cast<Host*>(functions.udata);
}

[[noreturn]] void Quit(ScriptExit status) { ::_exit(static_cast<int>(status)); }

std::string_view TextAt(duk_context* context, duk_idx_t index) {
  duk_size_t size = 0;
  const char* text = duk_get_lstring(context, index, &size);
  return {text, size};
}

void Send(Host& host, ScriptFrame type, std::string_view body) {
  if (!host.channel.Write(type, body)) Quit(ScriptExit::kBroken);
}

// Pushes the JSON value that is the body of the next frame.
void Receive(duk_context* context, ScriptFrame expected) {
  Host& host = HostOf(context);
  ScriptFrameHeader header;
  if (!host.channel.ReadHeader(&header) || header.type != expected) {
    Quit(ScriptExit::kBroken);
  }
  // Asked for here, since Duktape would throw past the unread body.
  void* room = duk_alloc(context, header.body_bytes);
  duk_free(context, room);
  if (room == nullptr) {
    if (!host.channel.SkipBody(header.body_bytes)) Quit(ScriptExit::kBroken);
    duk_error(context, DUK_ERR_RANGE_ERROR,
              "the reply has %lu bytes, more than the script has memory for",
              static_cast<unsigned long>(header.body_bytes));
  }
  void* body = duk_push_fixed_buffer(context, header.body_bytes);
  if (!host.channel.ReadBody(body, header.body_bytes)) {
    Quit(ScriptExit::kBroken);
  }
  duk_buffer_to_string(context, -1);
  duk_json_decode(context, -1);
}

duk_ret_t Call(duk_context* context) {
  duk_require_string(context, 0);
  Send(HostOf(context), ScriptFrame::kCall, TextAt(context, 0));
  Receive(context, ScriptFrame::kReply);
  return 1;
}

duk_ret_t Print(duk_context* context) {
  duk_require_string(context, 0);
  Host& host = HostOf(context);
  if (host.printed > kMaxScriptOutput) return 0;
  const std::string_view line = TextAt(context, 0);
  host.printed += line.size() + 1;
  if (host.printed > kMaxScriptOutput) {
    Send(host, ScriptFrame::kPrintEnd, {});
  } else {
    Send(host, ScriptFrame::kPrint, line);
  }
  return 0;
}

// What RunInHeap() keeps on the stack.
constexpr duk_idx_t kStartIndex = 0;
constexpr duk_idx_t kPreludeIndex = 1;

// Runs the script. Its value is then on top of the stack; or what it threw, and
// false.
bool Evaluate(duk_context* context) {
  duk_get_prop_string(context, kStartIndex, "script");
  duk_get_prop_string(context, kStartIndex, "name");
  return duk_pcompile(context, DUK_COMPILE_EVAL) == DUK_EXEC_SUCCESS &&
         duk_pcall(context, 0) == DUK_EXEC_SUCCESS;
}

struct LastFrame {
  const char* maker;  // The prelude's function for its body.
  ScriptFrame type;
};

duk_ret_t MakeAndSend(duk_context* context, void* argument) {
  const auto& last = *static_cast<const LastFrame*>(argument);
  duk_get_prop_string(context, kPreludeIndex, last.maker);
  duk_insert(context, -2);
  duk_call(context, 1);
  Send(HostOf(context), last.type, TextAt(context, -1));
  return 1;
}

// Ends the run with the value on top of the stack. False, with an error there
// instead, when it cannot be sent.
bool EndWith(duk_context* context, LastFrame last) {
  return duk_safe_call(context, MakeAndSend, &last, 1, 1) == DUK_EXEC_SUCCESS;
}

duk_ret_t RunInHeap(duk_context* context, void*) {
  Receive(context, ScriptFrame::kStart);
  duk_push_lstring(context, Prelude().data(), Prelude().size());
  duk_push_string(context, kPreludeName);
  duk_compile(context, DUK_COMPILE_EVAL);
  duk_call(context, 0);
  duk_dup(context, kStartIndex);
  duk_push_c_function(context, Call, 1);
  duk_push_c_function(context, Print, 1);
  duk_call(context, 3);

  if (Evaluate(context) && EndWith(context, {"result", ScriptFrame::kResult})) {
    return 0;
  }
  if (EndWith(context, {"error", ScriptFrame::kError})) return 0;
  return DUK_RET_ERROR;
}

void OnFatal(void* udata, const char*) {
  auto& host = *static_cast<Host*>(udata);
  Send(host, ScriptFrame::kError,
       host.arena.exhausted() ? kOutOfMemory : kNoWords);
  Quit(ScriptExit::kDone);
}

void* Allocate(void* udata, duk_size_t bytes) {
  return static_cast<Host*>(udata)->arena.Allocate(bytes);
}

void* Reallocate(void* udata, void* block, duk_size_t bytes) {
  return static_cast<Host*>(udata)->arena.Reallocate(block, bytes);
}

void Free(void* udata, void* block) {
  static_cast<Host*>(udata)->arena.Free(block);
}

}  // namespace

ScriptExit RunScript(Arena& arena, Channel& channel) {
  Host host = {arena, channel};
  duk_context* context =
      duk_create_heap(Allocate, Reallocate, Free, &host, OnFatal);
  if (context == nullptr) return ScriptExit::kNoMemory;
  if (duk_safe_call(context, RunInHeap, nullptr, 0, 1) != DUK_EXEC_SUCCESS) {
    OnFatal(&host, nullptr);
  }
  // The heap goes with the process; no finalizer of the script's runs.
  return ScriptExit::kDone;
}

}  // namespace goxel
