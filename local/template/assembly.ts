import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import type { Template } from "./template.ts";

/** What a synthesis left: one stack's template, and where the files it names are. */
export interface Assembly {
	stack: string;
	template: Template;
	/** the folder or file behind an object key of the template */
	asset(objectKey: string): string;
}

const manifest = z.object({
	artifacts: z.record(
		z.string(),
		z.object({
			type: z.string(),
			properties: z.record(z.string(), z.unknown()).default({}),
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

export function readAssembly(folder: string): Assembly {
	const { artifacts } = manifest.parse(read(folder, "manifest.json"));
	const ofType = (type: string) =>
		Object.entries(artifacts).filter(([, artifact]) => artifact.type === type);
	const stacks = ofType("aws:cloudformation:stack");
	const [first] = stacks;
	if (!first || stacks.length > 1)
		throw new Error(
			`${folder} holds ${stacks.length} stacks; the local cloud runs exactly one.`,
		);
	const [id, { properties }] = first;
	const paths = new Map<string, string>();
	for (const [, asset] of ofType("cdk:asset-manifest")) {
		const { files } = assets.parse(read(folder, asset.properties.file));
		for (const { source, destinations } of Object.values(files))
			for (const { objectKey } of Object.values(destinations))
				paths.set(objectKey, resolve(folder, source.path));
	}
	return {
		stack: String(properties.stackName ?? id),
		template: read(folder, properties.templateFile) as Template,
		asset(objectKey) {
			const path = paths.get(objectKey);
			if (!path) throw new Error(`no asset has the key ${objectKey}`);
			return path;
		},
	};
}

function read(folder: string, file: unknown): unknown {
	return JSON.parse(readFileSync(join(folder, String(file)), "utf8"));
}
