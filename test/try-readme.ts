import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { temporaryFolder } from "./support/local-app.ts";
import { pasteProvider } from "./support/pasted.ts";
import { copyProject } from "./support/project.ts";

const usual = [
	"test/providers/contract",
	"test/providers/providers",
	"test/infra/stack",
	"test/infra/schemas",
];

const help = `Pastes the provider that README shows into a copy of the project, and runs there what somebody who did it would:

  npm run generate
  npm run check
  npm test -- ${usual.join(" ")}

  npm run try-readme                  those
  npm run try-readme -- test/local    other tests
`;

const { values, positionals } = parseArgs({
	options: { help: { type: "boolean" } },
	allowPositionals: true,
});
if (values.help) console.log(help);
else tryReadme(positionals.length > 0 ? positionals : usual);

function tryReadme(tests: readonly string[]): void {
	using folder = temporaryFolder();
	const project = copyProject(`${folder.path}/project`);
	console.log(`Pasted ${pasteProvider(project).join(" and ")}.`);
	const npm = (...words: string[]) =>
		execFileSync("npm", words, { cwd: project, stdio: "inherit" });
	npm("run", "generate");
	npm("run", "check");
	npm("test", "--", ...tests);
}
