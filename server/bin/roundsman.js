#!/usr/bin/env node
import '../dist/cli/roundsman.js';
