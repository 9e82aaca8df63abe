// SPDX-License-Identifier: GPL-2.0-or-later
// tap-parser.js FILE...: what npm's tap-parser (Debian: node-tap-parser) makes of
// TAP, a line a test: "pass FILE NAME"; "skip FILE" where all is skipped, "problem
// FILE" where it finds fault.
'use strict'
const fs = require('fs')
const { basename, extname } = require('path')
const Parser = require('tap-parser')

for (const path of process.argv.slice(2)) {
	const file = basename(path, extname(path))
	const parser = new Parser()

	parser.on('assert', test => {
		// To it what stands behind another '#' is of the name.
		const name = test.name.replace(/ # .*/, '')

		console.log(test.skip ? 'skip' : test.ok ? 'pass' : 'fail', file,
			name)
	})
	parser.on('complete', results => {
		if (results.plan.skipAll)
			console.log('skip', file)
		if (results.failures.some(failure => failure.tapError))
			console.log('problem', file)
	})
	parser.end(fs.readFileSync(path))
}
