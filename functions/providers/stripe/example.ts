import type { Example } from "../../provider.ts";

const common = {
	object: "event",
	api_version: "2026-10-28",
	created: 1_795_262_398,
	livemode: false,
	pending_webhooks: 1,
	request: { id: "req_1", idempotency_key: "key-1" },
};

export default {
	settings: { webhookSecret: "example-signing-secret" },
	headers: {},
	deliveries: [
		{
			title: "a charge succeeded",
			body: {
				...common,
				id: "evt_1",
				type: "charge.succeeded",
				data: {
					object: {
						id: "ch_1",
						object: "charge",
						amount: 1250,
						currency: "usd",
						paid: true,
					},
				},
			},
			event: { type: "stripe.charge.succeeded", subject: "ch_1" },
		},
		{
			title: "an invoice was updated",
			body: {
				...common,
				id: "evt_2",
				type: "invoice.updated",
				data: {
					object: { id: "in_1", object: "invoice", status: "open" },
					previous_attributes: { status: "draft" },
				},
			},
			event: { type: "stripe.invoice.updated", subject: "in_1" },
		},
		{
			title: "the balance, which has no id, has changed",
			body: {
				...common,
				id: "evt_3",
				type: "balance.available",
				data: { object: { object: "balance", available: [] } },
			},
			event: { type: "stripe.balance.available", subject: "evt_3" },
		},
		{
			title: "a thin event of the second API",
			body: {
				id: "evt_4",
				object: "v2.core.event",
				type: "v1.billing.meter.no_meter_found",
				created: "2026-11-21T11:59:58.000Z",
				livemode: false,
			},
			event: { type: "stripe.unrecognized", subject: "evt_4" },
		},
	],
} satisfies Example;
