//===- Aot.cpp - compile a model into a file ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Aot.h"

#include "compiler/driver/ModelConstant.h"
#include "runtime/io/OutputFile.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <exception>

using namespace llvm;

namespace astragal::driver {

static Error makeError(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

Expected<SmallVector<char, 0>> compile(mlir::ModuleOp source, const ModelDescription &description,
                                       Artefact artefact, const TargetOptions &options, Timings *timings) {
  Timings unused;
  Stopwatch watch(timings ? *timings : unused);
  auto target = makeTargetMachine(options);
  if (!target)
    return target.takeError();
  LLVMContext context;
  auto module = translate(source, context, **target);
  if (!module)
    return module.takeError();
  addModelConstant(**module, description, getChecks(source),
                   getCompilerName((*target)->getTargetCPU().str()));
  watch.lap("to LLVM IR");
  optimize(**module, **target);
  watch.lap("LLVM passes");
  if (artefact == Artefact::LlvmIr) {
    SmallVector<char, 0> text;
    raw_svector_ostream stream(text);
    (*module)->print(stream, nullptr);
    return text;
  }
  auto code =
      emit(**module, **target,
           artefact == Artefact::Assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile);
  watch.lap("code generation");
  return code;
}

/// Writes to a name that is not taken yet, in the folder of `path` or in that of temporary files.
static Expected<std::string> writeTemporary(StringRef path, StringRef suffix, ArrayRef<char> contents) {
  int file;
  SmallString<128> name, model(path);
  if (io::isStream(path.str())) {
    sys::path::system_temp_directory(/*erasedOnReboot=*/true, model);
    sys::path::append(model, "astragal");
  }
  if (std::error_code error = sys::fs::createUniqueFile(model + ".%%%%%%" + suffix, file, name))
    return makeError("cannot write '" + path + "': " + error.message());
  raw_fd_ostream stream(file, /*shouldClose=*/true);
  stream.write(contents.data(), contents.size());
  stream.close();
  if (stream.has_error()) {
    std::error_code error = stream.error();
    stream.clear_error();
    sys::fs::remove(name);
    return makeError("cannot write '" + path + "': " + error.message());
  }
  return name.str().str();
}

static std::string findCallables(const std::string &given) {
  if (!given.empty())
    return given;
  static int here;
  std::string executable = sys::fs::getMainExecutable(nullptr, &here);
  for (const char *folder : {".", "../lib"}) {
    SmallString<128> candidate(sys::path::parent_path(executable));
    sys::path::append(candidate, folder, "libAstragalCallables.a");
    if (sys::fs::exists(candidate))
      return candidate.str().str();
  }
  return "";
}

/// Links one object into a shared library, with whatever linker there is.
static Error link(StringRef object, StringRef output, const std::string &callables) {
  std::string program;
  bool driver = false;
  for (const char *name : {"cc", "gcc", "clang", "ld.lld", "ld"}) {
    auto found = sys::findProgramByName(name);
    if (!found)
      continue;
    program = *found;
    driver = StringRef(name) == "cc" || StringRef(name) == "gcc" || StringRef(name) == "clang";
    break;
  }
  if (program.empty())
    return makeError(
        "a shared library needs a linker, and there is none of cc, gcc, clang, ld.lld, ld on the PATH");
  SmallVector<StringRef> arguments{program, "-shared", "-o", output, object};
  if (!callables.empty())
    arguments.push_back(callables);
  if (driver) // a bare linker does not know where libm is; the program that loads the library has it
    arguments.push_back("-lm");
  SmallString<128> log;
  if (std::error_code error = sys::fs::createTemporaryFile("astragal-link", "log", log))
    return makeError("cannot make a temporary file: " + error.message());
  scope_exit removeLog([&] { sys::fs::remove(log); });
  std::string message;
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log), StringRef(log)};
  if (sys::ExecuteAndWait(program, arguments, std::nullopt, redirects, 0, 0, &message) == 0)
    return Error::success();
  if (auto text = MemoryBuffer::getFile(log); text && message.empty())
    message = (*text)->getBuffer().trim().str();
  return makeError("'" + program + "' cannot link the shared library: " + message);
}

/// Writes what `file` holds to a device, a pipe or standard output.
static Error writeThrough(StringRef file, StringRef path) {
  auto contents = MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!contents)
    return makeError("cannot read '" + file + "': " + contents.getError().message());
  try {
    io::OutputFile output(path.str());
    output.write((*contents)->getBuffer());
    output.commit();
  } catch (const std::exception &error) {
    return makeError(error.what());
  }
  return Error::success();
}

Error compileToFile(mlir::ModuleOp module, const ModelDescription &description, Artefact artefact,
                    StringRef path, const AotOptions &options, Timings *timings) {
  bool shared = artefact == Artefact::Shared;
  auto contents = compile(module, description, shared ? Artefact::Object : artefact, options.target, timings);
  if (!contents)
    return contents.takeError();
  auto written = writeTemporary(path, shared ? ".o" : "", *contents);
  if (!written)
    return written.takeError();
  std::string finished = *written;
  scope_exit removeObject([&] { sys::fs::remove(*written); });
  if (shared) {
    finished = *written + ".so";
    Timings unused;
    Stopwatch watch(timings ? *timings : unused);
    if (Error error = link(*written, finished, findCallables(options.callables))) {
      sys::fs::remove(finished);
      return error;
    }
    watch.lap("linking");
  }
  if (io::isStream(path.str())) {
    scope_exit removeFinished([&] { sys::fs::remove(finished); });
    return writeThrough(finished, path);
  }
  if (std::error_code error = sys::fs::rename(finished, path)) {
    sys::fs::remove(finished);
    return makeError("cannot write '" + path + "': " + error.message());
  }
  return Error::success();
}

} // namespace astragal::driver
