//===- Source.h - files, locations and diagnostics of the Stan front end ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the texts that a program is made of (the model and what it includes), the 32-bit
// positions that every node carries, and the list of diagnostics. A position is an offset into all texts laid
// end to end, so that a node pays eight bytes for its range; a file included twice gets two spans.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_SOURCE_H
#define ASTRAGAL_COMPILER_STAN_SOURCE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace astragal::stan {

/// An offset into the texts of a SourceManager; zero is no position.
struct Position {
  uint32_t offset = 0;
  bool isValid() const { return offset != 0; }
  bool operator==(const Position &) const = default;
};

/// Half-open: `end` is one past the last character.
struct SourceRange {
  Position begin, end;
};

/// What a person reads. Lines and columns start at 1; a column counts bytes. The file name lives as long as
/// the SourceManager.
struct Location {
  llvm::StringRef file;
  unsigned line = 0, column = 0;
};

/// Owns the texts. Positions stay valid for the life of the manager.
class SourceManager {
public:
  /// Adds a text; `includedFrom` is where an #include names it.
  unsigned addText(llvm::StringRef name, llvm::StringRef text, Position includedFrom = {});

  /// Finds `name` in the include directories, in order, and adds it; nothing if no directory has it.
  std::optional<unsigned> addInclude(llvm::StringRef name, Position includedFrom);

  void addIncludeDirectory(llvm::StringRef directory) { includeDirectories.push_back(directory.str()); }

  /// Text that an #include finds by name before any directory is searched.
  void addIncludeText(llvm::StringRef name, llvm::StringRef text) {
    includeTexts.emplace_back(name.str(), text.str());
  }

  size_t fileCount() const { return files.size(); }
  llvm::StringRef text(unsigned file) const { return files[file]->text; }
  llvm::StringRef name(unsigned file) const { return files[file]->name; }
  Position position(unsigned file, size_t offset) const {
    return {static_cast<uint32_t>(files[file]->base + offset)};
  }

  Location locate(Position position) const;
  Location locate(SourceRange range) const { return locate(range.begin); }

  /// The line that holds a position, without its end.
  llvm::StringRef line(Position position) const;

  /// Paths that an #include tried in vain before it found its file.
  llvm::ArrayRef<std::string> getAbsent() const { return absent; }

  /// Where the file of this position was included; invalid in the main file.
  Position includedFrom(Position position) const;

  /// The text between two positions of one file.
  llvm::StringRef spelling(SourceRange range) const;

  /// True if `name` is among the files that lead to `position`: including it again would never end.
  bool includes(Position position, llvm::StringRef name) const;

private:
  struct File {
    std::string name, text;
    uint32_t base;
    Position includedFrom;
    std::vector<uint32_t> lineStarts;
  };
  const File *find(Position position) const;

  std::vector<std::unique_ptr<File>> files;
  std::vector<std::string> includeDirectories;
  std::vector<std::pair<std::string, std::string>> includeTexts;
  std::vector<std::string> absent;
  uint32_t nextBase = 1;
};

enum class Severity { Error, Warning, Note };

struct Diagnostic {
  Severity severity;
  SourceRange range;
  std::string message;
};

/// Collects diagnostics in order. After `limit` errors the rest are counted, not kept, and hasReachedLimit()
/// tells the parser to stop.
class Diagnostics {
public:
  explicit Diagnostics(const SourceManager &sources, unsigned limit = 20) : sources(sources), limit(limit) {}

  void error(SourceRange range, const llvm::Twine &message) { report(Severity::Error, range, message); }
  void warning(SourceRange range, const llvm::Twine &message) { report(Severity::Warning, range, message); }
  /// Belongs to the diagnostic before it.
  void note(SourceRange range, const llvm::Twine &message) { report(Severity::Note, range, message); }

  bool hasErrors() const { return errors != 0; }
  unsigned errorCount() const { return errors; }
  bool hasReachedLimit() const { return errors >= limit; }
  llvm::ArrayRef<Diagnostic> all() const { return list; }

  /// `file:line:column: error: message`, the source line, a caret.
  void print(llvm::raw_ostream &os) const;
  void print(llvm::raw_ostream &os, const Diagnostic &diagnostic) const;

private:
  void report(Severity severity, SourceRange range, const llvm::Twine &message);

  const SourceManager &sources;
  unsigned limit;
  unsigned errors = 0;
  bool dropNotes = false;
  std::vector<Diagnostic> list;
};

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_SOURCE_H
