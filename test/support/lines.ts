import { vi } from "vitest";

/** Takes what functions write to their log from now on, line by line, until mocks are restored. */
export function catchLines(): string[] {
	const lines: string[] = [];
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		lines.push(...String(text).split("\n").slice(0, -1));
		return true;
	});
	return lines;
}
