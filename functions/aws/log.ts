/** Writes lines as they are: console.log would put words before them, or wrap them where an account's log format is JSON, and their metrics would be lost. */
export function writeLines(lines: readonly string[]): void {
	process.stdout.write(`${lines.join("\n")}\n`);
}
