//===- CodeProvider.h - code from the cache or the compiler -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines CodeProvider: the code of one program, taken from the cache where it is there, else made
// by the compiler and left in the cache for the next time.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_CODEPROVIDER_H
#define ASTRAGAL_COMPILER_DRIVER_CODEPROVIDER_H

#include "compiler/cache/Store.h"
#include "compiler/driver/CodeFile.h"
#include "compiler/driver/CompiledModel.h"
#include "compiler/driver/Service.h"

#include <functional>
#include <optional>

namespace astragal::driver {

/// The entries that every model needs, those that are asked for, and what of the data can be sizes.
CodeOptions makeCodeOptions(const io::Data &data, const CompileOptions &options);

/// Takes lines that say what was compiled, and why; or warnings.
using CompileLog = std::function<void(const std::string &line)>;

class CodeProvider {
public:
  CodeProvider(Source source, bool useCache, CompileLog log = nullptr, CompileLog warn = nullptr);

  const Source &getSource() const { return source; }

  /// Steps are added to `timings`. Throws Error as Service::compile does.
  Code get(const CodeOptions &options, Timings &timings);

  /// As Service::countWork.
  lower::Work countWork(const CodeOptions &options, int entry);

private:
  struct Key;
  Key findKey(const CodeOptions &options);
  void complete(Key &key, const CodeOptions &options, const ProgramFile &program) const;
  std::string explainMiss(const Key &key) const;
  Code compile(const CodeOptions &options, const std::string &reason, Timings &timings, Key *key);
  void passOn(const std::string &warnings);

  Source source;
  CompileLog log, warn; // `warn` is called once, if at all
  std::optional<cache::Store> store;
  std::string processor, compiler; ///< hashes; empty if that is not known
  std::string whyNot;              ///< why there is no cache
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_CODEPROVIDER_H
