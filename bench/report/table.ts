/** A table in Markdown below its title. */
export function table(
	title: string,
	heads: readonly string[],
	rows: readonly (readonly (string | number)[])[],
): string {
	const line = (cells: readonly (string | number)[]) =>
		`| ${cells.join(" | ")} |`;
	const rule = heads.map((_, index) => (index === 0 ? "---" : "---:"));
	return `**${title}**\n\n${[heads, rule, ...rows].map(line).join("\n")}`;
}
