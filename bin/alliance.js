#!/usr/bin/env node
/*
 * The way in. Written in the syntax of old versions, so that a Node that is too old says so instead of failing to parse.
 *
 * Runs what `npm run build` made where that is there and up to date (or where NODE_ENV is production), and otherwise the
 * TypeScript sources through @swc-node/register, which needs no build.
 */
"use strict";

var fs = require("fs");
var path = require("path");

var needed = [20, 19];
var found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    "Node " +
      process.versions.node +
      " is too old: Node " +
      needed.join(".") +
      " or newer is needed (24 is recommended).\n",
  );
  process.exit(1);
}

var project = path.join(__dirname, "..");
var built = path.join(project, "dist", "cli", "index.js");

var useBuilt = isBuilt();
if (!useBuilt) registerSources();
require(useBuilt ? built : path.join(project, "src", "cli", "index.ts")).main(process.argv.slice(2));

function isBuilt() {
  if (!fs.existsSync(built)) return false;
  if (process.env.NODE_ENV === "production" || !fs.existsSync(path.join(project, "src"))) return true;
  return newestChange(path.join(project, "src")) < fs.statSync(built).mtimeMs;
}

/** About 3 ms for 150 files. */
function newestChange(directory) {
  return fs.readdirSync(directory, { withFileTypes: true }).reduce(function (newest, entry) {
    var file = path.join(directory, entry.name);
    return Math.max(newest, entry.isDirectory() ? newestChange(file) : fs.statSync(file).mtimeMs);
  }, 0);
}

/**
 * The compiler options, with the decorators' metadata, come from the project's tsconfig.json wherever the command is
 * called from. Compiled files are kept below node_modules: the default is a directory in the shared temporary one, where
 * somebody else could have put files to be run.
 */
function registerSources() {
  var modules = path.join(project, "node_modules");
  process.env.SWC_NODE_PROJECT = path.join(project, "tsconfig.json");
  process.env.SWC_NODE_CACHE_DIR = path.join(modules, ".cache", "swc-node");
  if (!isWritable(modules)) process.env.SWC_NODE_CACHE = "off";
  require("@swc-node/register");
}

function isWritable(directory) {
  try {
    fs.accessSync(directory, fs.constants.W_OK);
    return true;
  } catch (error) {
    return false;
  }
}
