import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import type { Template } from "./template.ts";

/** What a synthesis left: one stack's template, and where the files it names are. */
export interface Assembly {
	stack: string;
	template: Template;
	/** whether a resource is part of the installation; an app of somebody's own holds others, too */
	owns(logicalId: string): boolean;
	/** how many are not */
	others: number;
	/** of the providers that do not come with the package, by name */
	folders: Readonly<Record<string, string>>;
	/** the folder or file behind an object key of the template */
	asset(objectKey: string): string;
}

const properties = z.record(z.string(), z.unknown()).default({});
const manifest = z.object({
	artifacts: z.record(
		z.string(),
		z.object({
			type: z.string(),
			properties,
			additionalMetadataFile: z.string().optional(),
		}),
	),
});

const assets = z.object({
	files: z.record(
		z.string(),
		z.object({
			source: z.object({ path: z.string(), packaging: z.string() }),
			destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
		}),
	),
});

/** What constructs have said of themselves, by their paths. */
const metadata = z.record(
	z.string(),
	z.array(z.object({ type: z.string(), data: z.unknown().optional() })),
);
type Metadata = z.output<typeof metadata>;

interface Stack {
	/** of the assembly that it is in: a stage of the app has its own */
	folder: string;
	name: string;
	templateFile: unknown;
	metadata: Metadata;
}

/** The stack with an installation, or the one that is named. */
export function readAssembly(folder: string, wanted?: string): Assembly {
	const stack = choose(stacksIn(folder), folder, wanted);
	const paths = assetsIn(stack.folder);
	const template = read(stack.folder, stack.templateFile) as Template;
	const installed = installationIn(stack);
	const owns = (logicalId: string) =>
		installed?.logicalIds.has(logicalId) ?? true;
	return {
		stack: stack.name,
		template,
		owns,
		others: Object.keys(template.Resources).filter((id) => !owns(id)).length,
		folders: installed?.folders ?? {},
		asset(objectKey) {
			const path = paths.get(objectKey);
			if (!path) throw new Error(`no asset has the key ${objectKey}`);
			return path;
		},
	};
}

function stacksIn(folder: string): Stack[] {
	const { artifacts } = manifest.parse(read(folder, "manifest.json"));
	return Object.entries(artifacts).flatMap(([id, artifact]) => {
		const { type, properties, additionalMetadataFile: file } = artifact;
		if (type === "cdk:cloud-assembly")
			return stacksIn(join(folder, String(properties.directoryName)));
		if (type !== "aws:cloudformation:stack") return [];
		return [
			{
				folder,
				name: String(properties.stackName ?? id),
				templateFile: properties.templateFile,
				metadata:
					file && existsSync(join(folder, file))
						? metadata.parse(read(folder, file))
						: {},
			},
		];
	});
}

function choose(stacks: Stack[], folder: string, wanted?: string): Stack {
	const [only] = stacks;
	if (only && stacks.length === 1 && wanted === undefined) return only;
	const able = stacks
		.filter((stack) => installationIn(stack))
		.sort((one, other) => (one.name < other.name ? -1 : 1));
	const names = able.map(({ name }) => name).join(", ");
	const [found, ...others] = able.filter(
		({ name }) => wanted === undefined || name === wanted,
	);
	if (able.length === 0)
		throw new Error(
			`${folder} holds ${stacks.length} stacks, and none with an installation of Billhook.`,
		);
	if (!found)
		throw new Error(
			`There is no stack "${wanted}" with an installation of Billhook; there are ${names}.`,
		);
	if (others.length > 0)
		throw new Error(
			`Several stacks have an installation of Billhook: ${names}. Name the one to run: --stack ${found.name}`,
		);
	return found;
}

/** The construct that says so, and all below it. */
function installationIn({ name, metadata }: Stack) {
	const marked = Object.entries(metadata).flatMap(([path, said]) =>
		said
			.filter(({ type }) => type === "billhook:installation")
			.map(({ data }) => ({ path, folders: data as Record<string, string> })),
	);
	const [found, ...others] = marked;
	if (!found) return undefined;
	if (others.length > 0)
		throw new Error(
			`The stack ${name} has ${marked.length} installations of Billhook; the local cloud runs one.`,
		);
	const logicalIds = Object.entries(metadata)
		.filter(([path]) => path.startsWith(`${found.path}/`))
		.flatMap(([, said]) =>
			said.flatMap(({ type, data }) =>
				type === "aws:cdk:logicalId" ? [String(data)] : [],
			),
		);
	return { folders: found.folders, logicalIds: new Set(logicalIds) };
}

function assetsIn(folder: string): ReadonlyMap<string, string> {
	const { artifacts } = manifest.parse(read(folder, "manifest.json"));
	const paths = new Map<string, string>();
	for (const { type, properties } of Object.values(artifacts)) {
		if (type !== "cdk:asset-manifest") continue;
		const { files } = assets.parse(read(folder, properties.file));
		for (const { source, destinations } of Object.values(files))
			for (const { objectKey } of Object.values(destinations))
				paths.set(objectKey, resolve(folder, source.path));
	}
	return paths;
}

function read(folder: string, file: unknown): unknown {
	return JSON.parse(readFileSync(join(folder, String(file)), "utf8"));
}
