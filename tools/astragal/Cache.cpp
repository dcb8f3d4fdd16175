//===- Cache.cpp - astragal cache -----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/cache/Store.h"
#include "compiler/driver/CodeFile.h"
#include "runtime/Error.h"
#include "tools/astragal/Commands.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace astragal::tool {

void CacheFlags::add(CLI::App &command) {
  command.add_flag("--no-cache", noCache,
                   "Compile anew and keep nothing; ASTRAGAL_CACHE=off asks the same of all commands");
  command.add_flag("--log-compiles", logCompiles,
                   "Say on standard error what is compiled, and why the cache did not have it");
}

void CacheFlags::apply(CompileOptions &options) const {
  options.cache = !noCache;
  if (logCompiles)
    options.log = [](const std::string &line) { std::fprintf(stderr, "%s\n", line.c_str()); };
}

namespace {
struct Options {
  std::string action = "list";
  bool directory = false;
};

std::string formatAge(double seconds) {
  char text[32];
  if (seconds < 90)
    std::snprintf(text, sizeof text, "%.0f s", seconds < 0 ? 0 : seconds);
  else if (seconds < 90 * 60)
    std::snprintf(text, sizeof text, "%.0f min", seconds / 60);
  else if (seconds < 36 * 3600)
    std::snprintf(text, sizeof text, "%.0f h", seconds / 3600);
  else
    std::snprintf(text, sizeof text, "%.0f d", seconds / 86400);
  return text;
}

void list(const cache::Store &store) {
  uint64_t total = 0;
  size_t count = 0;
  std::printf("%10s %8s  %s\n", "bytes", "unused", "model, sizes, entries");
  for (const cache::Store::Entry &entry : store.list()) {
    total += entry.bytes;
    if (!entry.name.ends_with(".code"))
      continue; // what leads to code, and notes beside it
    ++count;
    auto text = store.peek(entry.name);
    auto tag = text ? driver::parseTag(*text) : std::nullopt;
    std::string what =
        !tag ? "damaged" : tag->model + (tag->sizes.empty() ? "" : "; " + tag->sizes) + "; " + tag->options;
    std::printf("%10llu %8s  %s\n", static_cast<unsigned long long>(entry.bytes),
                formatAge(entry.secondsIdle).c_str(), what.c_str());
  }
  std::printf("%zu compiled, %llu bytes in all, of at most %llu\n", count,
              static_cast<unsigned long long>(total), static_cast<unsigned long long>(cache::defaultLimit()));
}

void run(const Options &o) {
  cache::Store store;
  const char *size = std::getenv("ASTRAGAL_CACHE_SIZE");
  if (size && *size && !cache::parseSize(size))
    std::fprintf(stderr,
                 "ASTRAGAL_CACHE_SIZE: '%s' is not a size (bytes, or 100M, 2G ...); it is %llu bytes\n", size,
                 static_cast<unsigned long long>(cache::defaultLimit()));
  if (o.directory) {
    if (store.directory().empty())
      throw Error(Error::Kind::IO, "no cache: " + store.problem());
    std::printf("%s\n", store.directory().c_str());
    return;
  }
  store.list(); // which finds what is wrong with the folder
  if (!store.problem().empty())
    throw Error(Error::Kind::IO, "no cache: " + store.problem());
  if (o.action == "clear")
    std::printf("%zu files removed\n", store.clear());
  else
    list(store);
}
} // namespace

void addCache(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("cache", "List or clear the compiled code that is kept for the next run");
  c->add_option("action", o->action, "list or clear")->check(oneOf({"list", "clear"}))->capture_default_str();
  c->add_flag("--dir", o->directory, "Only print the folder");
  c->footer(
      "Code is kept in $ASTRAGAL_CACHE_DIR, else $XDG_CACHE_HOME/astragal, else ~/.cache/astragal. Beyond\n"
      "$ASTRAGAL_CACHE_SIZE (bytes, or 100M, 2G ...; 256M if it is not set) what was not used for longest "
      "goes.\n"
      "An entry is found again for the same text, sizes, options, processor and compiler.");
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
