//===- Source.cpp - files, locations and diagnostics of the Stan front end -===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Source.h"

#include "runtime/io/SourceLine.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace astragal::stan;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// SourceManager
//===----------------------------------------------------------------------===//

unsigned SourceManager::addText(StringRef name, StringRef text, Position includedFrom) {
  auto file = std::make_unique<File>();
  file->name = name.str();
  file->text = text.str();
  file->base = nextBase;
  file->includedFrom = includedFrom;
  file->lineStarts.push_back(0);
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n')
      file->lineStarts.push_back(i + 1);
  nextBase += text.size() + 1; // the end of a text is a position too
  files.push_back(std::move(file));
  return files.size() - 1;
}

std::optional<unsigned> SourceManager::addInclude(StringRef name, Position includedFrom) {
  for (const auto &[key, text] : includeTexts)
    if (key == name)
      return addText(name, text, includedFrom);
  std::vector<std::string> tried;
  for (const std::string &directory : includeDirectories) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, name);
    if (auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true)) {
      llvm::append_range(absent, tried);
      return addText(path, (*buffer)->getBuffer(), includedFrom);
    }
    tried.push_back(path.str().str());
  }
  return std::nullopt;
}

const SourceManager::File *SourceManager::find(Position position) const {
  auto after = std::upper_bound(files.begin(), files.end(), position.offset,
                                [](uint32_t offset, const auto &file) { return offset < file->base; });
  return position.isValid() && after != files.begin() ? std::prev(after)->get() : nullptr;
}

Location SourceManager::locate(Position position) const {
  const File *file = find(position);
  if (!file)
    return {};
  uint32_t offset = position.offset - file->base;
  auto after = std::upper_bound(file->lineStarts.begin(), file->lineStarts.end(), offset);
  unsigned line = after - file->lineStarts.begin();
  return {file->name, line, offset - *std::prev(after) + 1};
}

StringRef SourceManager::line(Position position) const {
  const File *file = find(position);
  if (!file)
    return {};
  uint32_t start = file->lineStarts[locate(position).line - 1];
  return StringRef(file->text).drop_front(start).take_until([](char c) { return c == '\n' || c == '\r'; });
}

Position SourceManager::includedFrom(Position position) const {
  const File *file = find(position);
  return file ? file->includedFrom : Position{};
}

StringRef SourceManager::spelling(SourceRange range) const {
  const File *file = find(range.begin);
  if (!file || range.end.offset < range.begin.offset)
    return {};
  return StringRef(file->text).substr(range.begin.offset - file->base, range.end.offset - range.begin.offset);
}

bool SourceManager::includes(Position position, StringRef name) const {
  for (const File *file = find(position); file; file = find(file->includedFrom))
    if (file->name == name || llvm::sys::path::filename(file->name) == llvm::sys::path::filename(name))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

void Diagnostics::report(Severity severity, SourceRange range, const llvm::Twine &message) {
  if (severity == Severity::Note ? dropNotes : hasReachedLimit()) {
    dropNotes = true;
    errors += severity == Severity::Error;
    return;
  }
  if (severity != Severity::Note)
    dropNotes = false;
  errors += severity == Severity::Error;
  list.push_back({severity, range, message.str()});
}

void Diagnostics::print(llvm::raw_ostream &os) const {
  for (const Diagnostic &diagnostic : list)
    print(os, diagnostic);
  if (hasReachedLimit())
    os << "too many errors, the rest is not shown\n";
}

void Diagnostics::print(llvm::raw_ostream &os, const Diagnostic &diagnostic) const {
  Position begin = diagnostic.range.begin;
  for (Position from = sources.includedFrom(begin); from.isValid(); from = sources.includedFrom(from)) {
    Location location = sources.locate(from);
    os << "in file included from " << location.file << ':' << location.line << ":\n";
  }
  if (begin.isValid()) {
    Location location = sources.locate(begin);
    os << location.file << ':' << location.line << ':' << location.column << ": ";
  }
  static const char *const names[] = {"error", "warning", "note"};
  os << names[static_cast<int>(diagnostic.severity)] << ": " << diagnostic.message << '\n';
  if (!begin.isValid())
    return;

  size_t length = diagnostic.range.end.offset > begin.offset ? diagnostic.range.end.offset - begin.offset : 1;
  os << io::quoteLine(sources.line(begin), sources.locate(begin).column, length) << '\n';
}
