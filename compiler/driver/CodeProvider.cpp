//===- CodeProvider.cpp - code from the cache or the compiler -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CodeProvider.h"

#include "compiler/cache/Hash.h"
#include "compiler/cache/Machine.h"
#include "compiler/driver/CompilerLibrary.h"
#include "compiler/driver/Stopwatch.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <utility>

namespace astragal::driver {

/// The scalar integers that can be sizes.
static std::vector<std::pair<std::string, int32_t>> findIntegers(const io::Data &data) {
  std::vector<std::pair<std::string, int32_t>> integers;
  for (const auto &[name, value] : data.all())
    if (value.dims.empty() && value.isInt && value.values.size() == 1 && value.values[0] >= 0 &&
        value.values[0] <= INT32_MAX)
      integers.push_back({name, static_cast<int32_t>(value.values[0])});
  return integers;
}

CodeOptions makeCodeOptions(const io::Data &data, const CompileOptions &options) {
  CodeOptions result;
  result.entries = {ASTRAGAL_DATA_SIZES, ASTRAGAL_PREPARE, ASTRAGAL_SIZES};
  result.entries.insert(result.entries.end(), options.entries.begin(), options.entries.end());
  result.disabledPasses = options.disabledPasses;
  result.staticSizes = options.staticSizes;
  result.verifyPhases = options.verifyPhases;
  result.singleData = options.singleData;
  result.profile = options.profiler != nullptr;
  result.integers = findIntegers(data);
  return result;
}

static std::string join(const std::vector<std::string> &parts, const char *separator) {
  std::string text;
  for (const std::string &part : parts)
    text += (&part == parts.data() ? "" : separator) + part;
  return text;
}

static std::string describe(const CodeOptions &options) {
  // Equal texts stand for equal code. A new option does not compile until it is named here; integers are part
  // of the key as sizes.
  const auto &[entries, disabledPasses, staticSizes, hoistData, singleData, firstCheck, verifyPhases, profile,
               firstRegion, integers] = options;
  std::vector<std::string> parts;
  for (int entry : entries)
    parts.push_back(entryNames[entry]);
  for (const std::string &pass : disabledPasses)
    parts.push_back("without " + pass);
  if (!staticSizes)
    parts.push_back("open sizes");
  if (!hoistData)
    parts.push_back("nothing hoisted");
  if (singleData)
    parts.push_back("data in f32");
  if (firstCheck != 1)
    parts.push_back("checks from " + std::to_string(firstCheck));
  if (verifyPhases)
    parts.push_back("phases verified");
  if (profile)
    parts.push_back("profiled");
  if (firstRegion)
    parts.push_back("regions from " + std::to_string(firstRegion));
  return join(parts, ", ");
}

/// "J = 8, K = ?" of the integers that sizes depend on.
static std::string describeSizes(const std::vector<std::string> &variables, const CodeOptions &options) {
  std::vector<std::string> parts;
  for (const std::string &name : variables) {
    auto given = std::find_if(options.integers.begin(), options.integers.end(),
                              [&](auto &pair) { return pair.first == name; });
    parts.push_back(name + " = " + (given == options.integers.end() ? "?" : std::to_string(given->second)));
  }
  return join(parts, ", ");
}

/// What changes when an installed library does.
static std::string stampOf(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    return "";
  return std::to_string(status.st_size) + " bytes at " + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

/// The hash of an included file, or nothing.
static std::string hashFile(const std::string &path) {
  try {
    return cache::hash(io::readFile(path));
  } catch (const Error &) {
    return "";
  }
}

static constexpr const char *library = "library ", *include = "include ";

/// Whether all that a program depends on is as it was.
static bool isCurrent(const ProgramFile &program) {
  struct stat status;
  for (const std::string &path : program.absent)
    if (stat(path.c_str(), &status) == 0)
      return false;
  return std::all_of(program.files.begin(), program.files.end(), [](const auto &file) {
    const auto &[name, contents] = file;
    return name.starts_with(library) ? stampOf(name.substr(std::strlen(library))) == contents
                                     : hashFile(name.substr(std::strlen(include))) == contents;
  });
}

static ProgramFile describeProgram(const Compilation &made) {
  ProgramFile program;
  program.sizeVariables = made.sizeVariables;
  program.absent = made.absent;
  program.warnings = made.warnings;
  for (const auto &[path, text] : made.includes)
    program.files.push_back({include + path, cache::hash(text)});
  for (const std::string &path : made.libraries)
    program.files.push_back({library + path, stampOf(path)});
  return program;
}

struct CodeProvider::Key {
  std::string program; ///< names the entry that says what the code depends on
  std::string code;    ///< names the code; empty until that is known
  CodeTag tag;
  std::string warnings; ///< of the program, once it is known
};

static bool isSwitchedOff() {
  const char *value = std::getenv("ASTRAGAL_CACHE");
  return value && (std::strcmp(value, "off") == 0 || std::strcmp(value, "0") == 0);
}

CodeProvider::CodeProvider(Source given, bool useCache, CompileLog log, CompileLog warn)
    : source(std::move(given)), log(std::move(log)), warn(std::move(warn)) {
  if (!useCache || isSwitchedOff()) {
    whyNot = "the cache is off";
    return;
  }
  processor = cache::hashProcessor();
  if (std::string id = identifyCompiler(); !id.empty())
    compiler = cache::hash({id, ASTRAGAL_VERSION});
  if (processor.empty() || compiler.empty())
    whyNot = processor.empty() ? "no cache for this kind of processor yet" : "no cache without a compiler";
  else
    store.emplace();
}

void CodeProvider::complete(Key &key, const CodeOptions &options, const ProgramFile &program) const {
  std::string files;
  for (const auto &[name, contents] : program.files)
    files += name + "=" + contents + "\n";
  key.tag.source = cache::hash({source.text, files});
  key.tag.sizes = options.staticSizes ? describeSizes(program.sizeVariables, options) : "";
  key.code = cache::hash({key.program, files, key.tag.options, key.tag.sizes}) + ".code";
}

CodeProvider::Key CodeProvider::findKey(const CodeOptions &options) {
  Key key;
  key.tag.model = source.name;
  key.tag.options = describe(options);
  key.tag.target = processor;
  key.tag.compiler = compiler;
  key.program = cache::hash({std::to_string(codeFormat), std::to_string(ASTRAGAL_ABI_VERSION), compiler,
                             processor, source.name, source.text, join(source.includeDirectories, "\n")}) +
                ".program";
  if (auto text = store->read(key.program))
    if (auto program = parseProgram(*text); program && isCurrent(*program)) {
      complete(key, options, *program);
      key.warnings = program->warnings;
    }
  return key;
}

/// "J = 9, was 8" of two texts of describeSizes.
static std::string compareSizes(const std::string &is, const std::string &was) {
  auto next = [](std::string &text) {
    size_t end = text.find(", ");
    std::string first = text.substr(0, end);
    text.erase(0, end == std::string::npos ? end : end + 2);
    return first;
  };
  std::string a = is, b = was, changes;
  bool isType = false;
  while (!a.empty() && !b.empty()) {
    std::string mine = next(a), other = next(b);
    if (mine == other)
      continue;
    changes += (changes.empty() ? "" : ", ") + mine + ", was" + other.substr(other.rfind(' '));
    isType |= mine.ends_with("?") != other.ends_with("?");
  }
  return (isType ? "new type: " : "new shape: ") + changes;
}

/// What is new against the code that is most alike.
std::string CodeProvider::explainMiss(const Key &key) const {
  int best = 0;
  std::string reason = "new source";
  auto offer = [&](int rank, const std::string &text) {
    if (rank > best)
      best = rank, reason = text;
  };
  for (const cache::Store::Entry &entry : store->list()) {
    auto text = entry.name.ends_with(".code") ? store->peek(entry.name) : std::nullopt;
    auto other = text ? parseTag(*text) : std::nullopt;
    if (!other || other->model != key.tag.model)
      continue;
    if (key.code.empty() || other->source != key.tag.source) {
      if (other->compiler != key.tag.compiler)
        offer(2, "new version of the compiler");
      else
        offer(1, other->target != key.tag.target ? "new target" : "new source: the text has changed");
    } else if (other->compiler != key.tag.compiler)
      offer(2, "new version of the compiler");
    else if (other->target != key.tag.target)
      offer(3, "new target");
    else if (other->options != key.tag.options)
      offer(4, "new entries or options");
    else if (other->sizes != key.tag.sizes)
      offer(5, compareSizes(key.tag.sizes, other->sizes));
    else
      offer(6, "the entry was damaged");
  }
  return reason;
}

Code CodeProvider::compile(const CodeOptions &options, const std::string &reason, Timings &timings,
                           Key *key) {
  Stopwatch opening(timings);
  Service &service = openCompiler();
  opening.lap("opening the compiler");
  Compilation made = service.compile(source, options);
  passOn(made.warnings);
  timings.insert(timings.end(), made.timings.begin(), made.timings.end());
  std::string note;
  if (key) {
    Stopwatch writing(timings);
    ProgramFile program = describeProgram(made);
    complete(*key, options, program);
    if (!store->write(key->program, formatProgram(program)) ||
        !store->write(key->code, formatCode(key->tag, made.code)))
      note = "; not kept: " + store->problem();
    writing.lap("writing to the cache");
  }
  if (log)
    log(source.name + ": compiled [" + describe(options) + "]: " + reason + note);
  return std::move(made.code);
}

void CodeProvider::passOn(const std::string &warnings) {
  if (warn && !warnings.empty())
    std::exchange(warn, nullptr)(warnings);
}

Code CodeProvider::get(const CodeOptions &options, Timings &timings) {
  if (!store)
    return compile(options, whyNot, timings, nullptr);
  Stopwatch looking(timings);
  Key key = findKey(options);
  std::optional<Code> code;
  if (!key.code.empty())
    if (auto text = store->read(key.code))
      code = parseCode(*text);
  looking.lap("looking in the cache");
  if (code) {
    passOn(key.warnings);
    if (log)
      log(source.name + ": from the cache [" + key.tag.options + "]" +
          (key.tag.sizes.empty() ? "" : ": " + key.tag.sizes));
    return std::move(*code);
  }
  std::string reason = log ? explainMiss(key) : "";
  return compile(options, reason, timings, &key);
}

lower::Work CodeProvider::countWork(const CodeOptions &options, int entry) {
  std::string name;
  if (store)
    if (Key key = findKey(options); !key.code.empty()) {
      name = cache::hash({key.code, std::to_string(entry)}) + ".cost";
      if (auto text = store->read(name))
        if (auto cost = parseWork(*text))
          return *cost;
    }
  lower::Work cost = openCompiler().countWork(source, options, entry);
  if (!name.empty())
    store->write(name, formatWork(cost));
  return cost;
}

} // namespace astragal::driver
