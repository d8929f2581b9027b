/** The instant as it was written, to the second, without the letters that part it. */
export function shown(time: string): string {
	return time.replace("T", " ").replace(/(\.\d+)?Z$/, "");
}
