const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** JSON's text with a line for each member, and nothing else changed; other text as it is. */
export function indented(text: string): string {
	if (!/^\s*[{[]/.test(text)) return text;
	let depth = 0;
	let made = "";
	let before = "";
	const line = () => `\n${"  ".repeat(depth)}`;
	for (const [each] of text.matchAll(token)) {
		const closes = each === "}" || each === "]";
		if (closes) depth = Math.max(0, depth - 1);
		const opened = before === "{" || before === "[";
		if (closes ? !opened : opened || before === ",") made += line();
		made += each === ":" ? ": " : each;
		if (each === "{" || each === "[") depth += 1;
		before = each;
	}
	return made;
}
