import { cpSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const made = /^(node_modules|\.git|\.billhook|cdk\.out|dist|coverage)$/;

/** The project as a clone has it, with the packages installed here and the configuration of the tests; answers its folder. */
export function copyProject(copy: string): string {
	for (const part of readdirSync(root).filter((name) => !made.test(name)))
		cpSync(join(root, part), join(copy, part), { recursive: true });
	symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
	writeFileSync(
		join(copy, "infra/config.ts"),
		'export { configFor } from "../test/support/installation.ts";\n',
	);
	return copy;
}
