//===- Store.h - a folder of entries ----------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Store: bytes by name in a folder, shared by processes without locks. An entry is there
// whole or not at all; one that is damaged is not there.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_CACHE_STORE_H
#define ASTRAGAL_COMPILER_CACHE_STORE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace astragal::cache {

/// $ASTRAGAL_CACHE_DIR, else $XDG_CACHE_HOME/astragal, else $HOME/.cache/astragal; empty if there is none of
/// them.
std::string defaultDirectory();

/// "100M" in bytes: K, M, G or T may follow (powers of 1024), and after it B or iB. Nothing if it is no size.
std::optional<uint64_t> parseSize(const std::string &text);

/// $ASTRAGAL_CACHE_SIZE in bytes, else 256 MiB.
uint64_t defaultLimit();

class Store {
public:
  /// Nothing is written yet. A folder that is missing is made when the first entry is.
  explicit Store(std::string directory = defaultDirectory(), uint64_t limit = defaultLimit());

  const std::string &directory() const { return path; }
  /// Why entries are neither read nor written, or nothing: no folder, or others could write to it. Entries
  /// are code.
  const std::string &problem() const { return reason; }

  /// The entry, which becomes the one last used; nothing if there is none, or none that can be trusted.
  std::optional<std::string> read(const std::string &name) const;

  /// Puts or replaces an entry; then, beyond the limit, those not used for longest go. False if it cannot be
  /// written.
  bool write(const std::string &name, std::string_view contents) const;

  struct Entry {
    std::string name;
    uint64_t bytes;     ///< on disk
    double secondsIdle; ///< since it was last used
  };
  /// Last used first.
  std::vector<Entry> list() const;
  /// Like read, but the entry is not used.
  std::optional<std::string> peek(const std::string &name) const;
  /// Removes all entries and says how many there were.
  size_t clear() const;

private:
  int open() const;
  std::optional<std::string> read(int folder, const std::string &name, bool isUse) const;
  void evict(int folder) const;

  std::string path;
  uint64_t limit;
  mutable std::string reason;
};

} // namespace astragal::cache

#endif // ASTRAGAL_COMPILER_CACHE_STORE_H
