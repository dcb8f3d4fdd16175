//===- Regions.cpp - which statements a region of code comes from ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Regions.h"

#include "dialects/tg/Origin.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace mlir;

namespace astragal::driver {

/// How much of a statement is shown.
static constexpr size_t shownText = 72;

/// In one line, without comments, shortened.
static std::string shorten(StringRef source) {
  std::string text;
  bool isApart = false; // from what came before
  while (!source.empty()) {
    if (source.starts_with("//")) {
      source = source.drop_until([](char c) { return c == '\n'; });
    } else if (source.starts_with("/*")) {
      source = source.drop_front(std::min(source.size(), source.find("*/", 2) + 2));
    } else {
      isApart |= llvm::isSpace(source.front());
      if (!llvm::isSpace(source.front())) {
        if (isApart && !text.empty())
          text += ' ';
        text += source.front();
        isApart = false;
      }
      source = source.drop_front();
    }
  }
  while (!text.empty() && (text.back() == ';' || text.back() == ' '))
    text.pop_back();
  if (text.size() <= shownText)
    return text;
  text.resize(shownText - 3);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80)) // not within a character
    text.pop_back();
  return text + "...";
}

namespace {
/// Statements by the places that they cover.
class Statements {
public:
  Statements(const stan::Program &program, ModelDescription &description)
      : sources(program.sources), description(description) {
    description.statements.clear();
    description.profileBlocks.clear();
    for (const stan::FunctionDecl *function : program.functions)
      add(function->body);
    for (const stan::BlockStmt *block :
         {program.data, program.transformedData, program.parameters, program.transformedParameters,
          program.model, program.generatedQuantities})
      add(block);
  }

  /// The index of the statement that a place belongs to: the outermost one of calls, but one in a function if
  /// a profile block stands there.
  std::optional<uint32_t> find(ArrayRef<FileLineColLoc> places) const {
    std::optional<uint32_t> found;
    for (FileLineColLoc place : llvm::reverse(places)) {
      std::optional<uint32_t> here = find(place);
      if (here &&
          (!found || (!description.statements[*found].profile && description.statements[*here].profile)))
        found = here;
    }
    return found;
  }

private:
  struct Extent {
    std::pair<unsigned, unsigned> begin, end;
  };

  void add(const stan::BlockStmt *block) {
    if (!block)
      return;
    for (const stan::Stmt *statement : block->body)
      add(statement, 0);
  }

  void add(const stan::Stmt *statement, uint32_t profile) {
    if (!statement || !statement->range.begin.isValid())
      return;
    using stan::StmtKind;
    const stan::Stmt *body = nullptr, *other = nullptr;
    ArrayRef<stan::Stmt *> children;
    switch (statement->kind) {
    case StmtKind::For:
      body = llvm::cast<stan::ForStmt>(statement)->body;
      break;
    case StmtKind::ForEach:
      body = llvm::cast<stan::ForEachStmt>(statement)->body;
      break;
    case StmtKind::While:
      body = llvm::cast<stan::WhileStmt>(statement)->body;
      break;
    case StmtKind::If:
      body = llvm::cast<stan::IfStmt>(statement)->yes;
      other = llvm::cast<stan::IfStmt>(statement)->no;
      break;
    case StmtKind::Block:
      children = llvm::cast<stan::BlockStmt>(statement)->body;
      break;
    case StmtKind::Profile: {
      auto *block = llvm::cast<stan::ProfileStmt>(statement);
      description.profileBlocks.push_back({block->name.trim('"').str(), profile});
      profile = static_cast<uint32_t>(description.profileBlocks.size());
      children = block->body;
      break;
    }
    default:
      break;
    }
    if (statement->kind != StmtKind::Block && statement->kind != StmtKind::Profile) {
      stan::SourceRange shown = statement->range;
      if (body && body->range.begin.isValid())
        shown.end = body->range.begin; // of a loop or a branch the head
      stan::Location begin = sources.locate(statement->range.begin),
                     end = sources.locate(statement->range.end);
      extents.push_back({{begin.line, begin.column}, {end.line, end.column}});
      description.statements.push_back(
          {begin.file.str(), begin.line, begin.column, shorten(sources.spelling(shown)), profile});
    }
    add(body, profile);
    add(other, profile);
    for (const stan::Stmt *child : children)
      add(child, profile);
  }

  /// The innermost statement, which comes last.
  std::optional<uint32_t> find(FileLineColLoc place) const {
    std::pair<unsigned, unsigned> at(place.getLine(), place.getColumn());
    for (size_t k = extents.size(); k-- > 0;)
      if (extents[k].begin <= at && at < extents[k].end &&
          description.statements[k].file == place.getFilename().str())
        return static_cast<uint32_t>(k);
    return std::nullopt;
  }

  const stan::SourceManager &sources;
  ModelDescription &description;
  std::vector<Extent> extents;
};
} // namespace

static std::vector<ShareDescription> findShares(DictionaryAttr region, const Statements &statements) {
  llvm::MapVector<uint32_t, std::pair<double, double>> weights;
  double total = 0;
  auto forward = region.getAs<DenseF64ArrayAttr>("forward").asArrayRef(),
       reverse = region.getAs<DenseF64ArrayAttr>("reverse").asArrayRef();
  for (auto [place, yes, no] : llvm::zip_equal(region.getAs<ArrayAttr>("places"), forward, reverse)) {
    // What comes from no statement is divided as the rest is.
    std::optional<uint32_t> statement =
        statements.find(tg::findOrigin(Location(cast<LocationAttr>(place))).places);
    if (!statement)
      continue;
    weights[*statement].first += yes;
    weights[*statement].second += no;
    total += yes + no;
  }
  std::vector<ShareDescription> shares;
  for (auto &[statement, weight] : weights)
    shares.push_back({statement, weight.first / total, weight.second / total});
  llvm::sort(shares, [](const ShareDescription &a, const ShareDescription &b) {
    return std::pair(b.forward + b.reverse, a.statement) < std::pair(a.forward + a.reverse, b.statement);
  });
  return shares;
}

void describeRegions(ModuleOp module, const stan::Program &program, ModelDescription &description) {
  Statements statements(program, description);
  description.regions.clear();
  auto table = module->getAttrOfType<ArrayAttr>("prob.regions");
  if (!table)
    return;
  for (auto region : table.getAsRange<DictionaryAttr>()) {
    auto number = [&](StringRef name) { return region.getAs<FloatAttr>(name).getValueAsDouble(); };
    auto flag = [&](StringRef name) { return region.getAs<BoolAttr>(name).getValue(); };
    auto integer = [&](StringRef name) { return region.getAs<IntegerAttr>(name).getInt(); };
    StringRef entry = region.getAs<StringAttr>("entry").getValue();
    auto known = llvm::find_if(entryNames, [&](const char *name) { return entry == name; });
    description.regions.push_back(
        {static_cast<uint32_t>(known - entryNames.begin()), static_cast<uint32_t>(integer("kind")),
         static_cast<uint32_t>(integer("parent") + 1), region.getAs<StringAttr>("name").str(),
         findShares(region, statements), number("flops"), number("function_flops"), number("bytes_read"),
         number("bytes_written"), number("calls"), number("working_set"), flag("by_row"), flag("exact"),
         flag("parts")});
  }
}

} // namespace astragal::driver
