#pragma once
/// \file
/// The snapshots of a machine as the tree that they are.

#include "inventory.hpp"
#include "output.hpp"

namespace tintype::client {

/// Draws it, with the present state (`now`) below the snapshot that it stands on.
void draw_tree(const Inventory& inventory, const Machine& machine, const Output& output);

/// The machine, its snapshots nested under `children`.
[[nodiscard]] Json tree_as_json(const Inventory& inventory, const Machine& machine);

/// A time of XML Schema for people: `2026-11-22 10:00:00Z`.
[[nodiscard]] std::string readable_time(std::string time);

}  // namespace tintype::client
