//===- Store.cpp - a folder of entries ------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/cache/Store.h"
#include "compiler/cache/Hash.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

namespace astragal::cache {

// A file is this line, the hash of what follows, a line end, and the contents.
static constexpr std::string_view magic = "astragal cache entry\n";
static constexpr size_t hashSize = 32, headSize = magic.size() + hashSize + 1;
static constexpr std::string_view temporary = "unfinished-";

namespace {
/// Closed at the end.
struct Descriptor {
  int number;
  explicit Descriptor(int number) : number(number) {}
  ~Descriptor() {
    if (number >= 0)
      close(number);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
};
} // namespace

static std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

std::string defaultDirectory() {
  if (std::string given = environment("ASTRAGAL_CACHE_DIR"); !given.empty())
    return given;
  // A relative path is no place for all runs of a user.
  if (std::string cache = environment("XDG_CACHE_HOME"); cache.starts_with("/"))
    return cache + "/astragal";
  if (std::string home = environment("HOME"); home.starts_with("/"))
    return home + "/.cache/astragal";
  return "";
}

std::optional<uint64_t> parseSize(const std::string &text) {
  char *end = nullptr;
  double size = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !(size >= 0))
    return std::nullopt;
  constexpr std::string_view letters = "kmgt";
  size_t power = letters.find(static_cast<char>(std::tolower(*end)));
  if (*end && power != std::string_view::npos) {
    size *= std::pow(1024, power + 1);
    ++end;
    if (*end == 'i')
      ++end;
    if (*end == 'B')
      ++end;
  }
  if (*end)
    return std::nullopt;
  return size < 1e18 ? uint64_t(size) : UINT64_MAX;
}

uint64_t defaultLimit() {
  return parseSize(environment("ASTRAGAL_CACHE_SIZE")).value_or(uint64_t(256) << 20);
}

Store::Store(std::string directory, uint64_t limit) : path(std::move(directory)), limit(limit) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  if (path.empty())
    reason = "there is no folder for it: HOME is not set";
}

/// True if nobody but this user, or root, can change it.
static bool isOurs(const struct stat &status) {
  return status.st_uid == geteuid() && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/// The folder, or -1.
int Store::open() const {
  if (!reason.empty())
    return -1;
  int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    if (errno != ENOENT)
      reason = "'" + path + "' cannot be opened: " + std::strerror(errno);
    return -1;
  }
  struct stat status;
  if (fstat(folder, &status) == 0 && isOurs(status))
    return folder;
  close(folder);
  reason = "'" + path + "' belongs to another user, or others may write to it";
  return -1;
}

/// True of names that this class gave: 32 digits, a dot, and letters.
static bool isEntry(std::string_view name) {
  if (name.size() < hashSize + 2 || name[hashSize] != '.')
    return false;
  auto isDigit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::all_of(name.begin(), name.begin() + hashSize, isDigit) &&
         std::all_of(name.begin() + hashSize + 1, name.end(), isLetter);
}

static bool readAll(int file, size_t size, std::string &text) {
  text.resize(size);
  size_t used = 0;
  while (used < size) {
    ssize_t count = ::read(file, text.data() + used, size - used);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    used += size_t(count);
  }
  return true;
}

static bool writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    text.remove_prefix(size_t(count));
  }
  return true;
}

std::optional<std::string> Store::read(int folder, const std::string &name, bool isUse) const {
  Descriptor file(openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status;
  if (file.number < 0 || fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode) || !isOurs(status) ||
      status.st_size < off_t(headSize))
    return std::nullopt;
  std::string text;
  if (!readAll(file.number, size_t(status.st_size), text) || !text.starts_with(magic))
    return std::nullopt;
  std::string sum = text.substr(magic.size(), hashSize);
  text.erase(0, headSize);
  if (hash(text) != sum)
    return std::nullopt;
  if (isUse)
    futimens(file.number, nullptr); // the order of eviction; where that is refused, entries age
  return text;
}

std::optional<std::string> Store::read(const std::string &name) const {
  Descriptor folder(open());
  return folder.number < 0 ? std::nullopt : read(folder.number, name, /*isUse=*/true);
}

std::optional<std::string> Store::peek(const std::string &name) const {
  Descriptor folder(open());
  return folder.number < 0 ? std::nullopt : read(folder.number, name, /*isUse=*/false);
}

static void makeFolder(const std::string &path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    mkdir(path.substr(0, slash).c_str(), 0777);
  mkdir(path.c_str(), 0700);
}

bool Store::write(const std::string &name, std::string_view contents) const {
  int number = open();
  if (number < 0 && reason.empty()) {
    makeFolder(path);
    number = open();
    if (number < 0 && reason.empty())
      reason = "'" + path + "' cannot be made";
  }
  Descriptor folder(number);
  if (number < 0)
    return false;
  // Process numbers repeat, in containers and on other machines that share a home.
  static const unsigned processTag = std::random_device()();
  static std::atomic<unsigned> counter = 0;
  std::string unfinished = std::string(temporary) + std::to_string(getpid()) + "-" +
                           std::to_string(processTag) + "-" + std::to_string(counter++);
  bool isWhole = false;
  {
    Descriptor file(
        openat(number, unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.number < 0) {
      reason = "'" + path + "' cannot be written to: " + std::strerror(errno);
      return false;
    }
    isWhole = writeAll(file.number, magic) && writeAll(file.number, hash(contents) + "\n") &&
              writeAll(file.number, contents);
  }
  if (!isWhole || renameat(number, unfinished.c_str(), number, name.c_str()) != 0) {
    reason = "'" + path + "' cannot be written to: " + std::strerror(errno);
    unlinkat(number, unfinished.c_str(), 0);
    return false;
  }
  evict(number);
  return true;
}

namespace {
struct File {
  std::string name;
  uint64_t bytes;
  double idle;
};
} // namespace

/// Every file of ours: entries, and what a process that died has left unfinished.
static std::vector<File> findFiles(int folder) {
  std::vector<File> files;
  int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = again < 0 ? nullptr : fdopendir(again);
  if (!directory) {
    if (again >= 0)
      close(again);
    return files;
  }
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  while (dirent *item = readdir(directory)) {
    std::string_view name = item->d_name;
    struct stat status;
    if ((!isEntry(name) && !name.starts_with(temporary)) ||
        fstatat(folder, item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
      continue;
    double idle =
        double(now.tv_sec - status.st_mtim.tv_sec) + 1e-9 * double(now.tv_nsec - status.st_mtim.tv_nsec);
    files.push_back({std::string(name), uint64_t(status.st_size), idle});
  }
  closedir(directory);
  std::sort(files.begin(), files.end(), [](const File &a, const File &b) {
    return a.idle != b.idle ? a.idle < b.idle : a.name < b.name;
  });
  return files;
}

void Store::evict(int folder) const {
  constexpr double abandoned = 3600; // seconds
  uint64_t total = 0;
  for (const File &file : findFiles(folder)) {
    bool isUnfinished = file.name.starts_with(temporary);
    if (isUnfinished ? file.idle > abandoned : (total += file.bytes) > limit)
      unlinkat(folder, file.name.c_str(), 0);
  }
}

std::vector<Store::Entry> Store::list() const {
  std::vector<Entry> entries;
  Descriptor folder(open());
  if (folder.number < 0)
    return entries;
  for (const File &file : findFiles(folder.number))
    if (isEntry(file.name))
      entries.push_back({file.name, file.bytes, file.idle});
  return entries;
}

size_t Store::clear() const {
  size_t count = 0;
  Descriptor folder(open());
  if (folder.number < 0)
    return count;
  for (const File &file : findFiles(folder.number))
    count += unlinkat(folder.number, file.name.c_str(), 0) == 0 && isEntry(file.name);
  return count;
}

} // namespace astragal::cache
