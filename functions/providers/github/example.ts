import type { Example } from "../../provider.ts";

const repository = { id: 1296269, full_name: "octo-org/hello" };

export default {
	settings: { webhookSecret: "example-secret" },
	headers: {},
	deliveries: [
		{
			title: "an issue was opened",
			headers: {
				"x-github-event": "issues",
				"x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
			},
			body: {
				action: "opened",
				issue: { id: 1, number: 1347, title: "A first issue" },
				repository,
			},
			event: { type: "github.issues", subject: "1296269" },
		},
		{
			title: "a commit was pushed",
			headers: {
				"x-github-event": "push",
				"x-github-delivery": "9a1c4f20-cc78-11e3-9d10-4c9367dc0959",
			},
			body: { ref: "refs/heads/main", commits: [], repository },
			event: { type: "github.push", subject: "1296269" },
		},
		{
			title: "a member joined an organization",
			headers: {
				"x-github-event": "organization",
				"x-github-delivery": "b5c0d3a4-cc78-11e3-8f00-4c9367dc0960",
			},
			body: { action: "member_added", organization: { id: 42 } },
			event: { type: "github.organization", subject: "42" },
		},
		{
			title: "an event whose name cannot be a type",
			headers: {
				"x-github-event": "an odd name",
				"x-github-delivery": "c6d1e4b5-cc78-11e3-8f00-4c9367dc0961",
			},
			body: { action: "invented" },
			event: {
				type: "github.unrecognized",
				subject: "c6d1e4b5-cc78-11e3-8f00-4c9367dc0961",
			},
		},
		{
			title: "a webhook was set up",
			headers: {
				"x-github-event": "ping",
				"x-github-delivery": "d7e2f5c6-cc78-11e3-8f00-4c9367dc0962",
			},
			body: { zen: "Anything added dilutes everything else.", hook_id: 1 },
		},
	],
} satisfies Example;
