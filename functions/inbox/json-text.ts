const delimiter = /["{}[\]]/g;
const word = /[^\s,:[\]{}"]*/y;

/** The texts of an object's members by name (of one name's, the last), or of an array's elements by index; of valid JSON, to any depth. */
export function partsOf(json: string): Map<string, string> {
	const parts = new Map<string, string>();
	let at = afterSpace(json, 0);
	const isObject = json[at] === "{";
	if (!isObject && json[at] !== "[") return parts;
	for (;;) {
		at = afterSpace(json, at + 1);
		if (at >= json.length || json[at] === "}" || json[at] === "]") return parts;
		let name = String(parts.size);
		if (isObject) {
			const end = endOfString(json, at);
			name = JSON.parse(json.slice(at, end));
			at = afterSpace(json, afterSpace(json, end) + 1);
		}
		const end = endOfValue(json, at);
		parts.set(name, json.slice(at, end));
		at = afterSpace(json, end);
		if (json[at] !== ",") return parts;
	}
}

/** The opposite of `partsOf`: an object of these members. */
export function objectOf(members: Iterable<readonly [string, string]>): string {
	const texts = Array.from(
		members,
		([name, text]) => `${JSON.stringify(name)}:${text}`,
	);
	return `{${texts.join()}}`;
}

/** The texts of an array's elements, of the one behind these names; none where there is no array. */
export function elementsOf(json: string, ...names: string[]): string[] {
	const text = names.reduce(
		(text, name) => partsOf(text).get(name) ?? "",
		json,
	);
	return text.trimStart().startsWith("[") ? [...partsOf(text).values()] : [];
}

/** What may name something: a string, or a whole number that a double holds, as it is spelled; "" where the member is neither. */
export function idIn(json: string, name: string): string {
	const text = partsOf(json).get(name) ?? "";
	if (text.startsWith('"')) return JSON.parse(text);
	const isExact = /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text));
	return isExact ? text : "";
}

export function endOfString(json: string, start: number): number {
	let end = start;
	for (;;) {
		end = json.indexOf('"', end + 1);
		if (end < 0) return json.length;
		let escapes = 0;
		while (json[end - 1 - escapes] === "\\") escapes++;
		if (escapes % 2 === 0) return end + 1;
	}
}

/** Where a number, `true`, `false` or `null` ends. */
export function endOfWord(json: string, start: number): number {
	word.lastIndex = start;
	word.test(json);
	return word.lastIndex;
}

export function afterSpace(json: string, start: number): number {
	let at = start;
	while (isSpace(json[at])) at++;
	return at;
}

function endOfValue(json: string, start: number): number {
	const first = json[start];
	if (first === '"') return endOfString(json, start);
	if (first !== "{" && first !== "[") return endOfWord(json, start);
	let depth = 0;
	let end = start;
	do {
		delimiter.lastIndex = end;
		const found = delimiter.exec(json);
		if (!found) return json.length;
		const [character] = found;
		if (character === '"') end = endOfString(json, found.index);
		else {
			depth += character === "{" || character === "[" ? 1 : -1;
			end = found.index + 1;
		}
	} while (depth > 0);
	return end;
}

function isSpace(character: string | undefined): boolean {
	return (
		character === " " ||
		character === "\n" ||
		character === "\r" ||
		character === "\t"
	);
}
