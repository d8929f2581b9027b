import { canonicalDigest } from "../../inbox/canonical.ts";
import type { Example, ExampleDelivery } from "../../provider.ts";

const payment = {
	ID: "1c2a88a6-d99c-4915-91af-a36110c34c7a",
	InvoiceID: "008cdf4c-f5c1-449c-94dd-c2f3741fb1ab",
	Outlet: "Outlet1",
	Number: "2020.07.0001",
	Amount: 100000,
	Method: "Cash",
	Date: "2020-07-01",
	Created: "2020-07-31",
	Creator: "Example Cashier",
};

/** A body of each group beside payments, and the events it is sent with; four of them have no ID. */
const samples = [
	{
		group: "product",
		events: [
			"created",
			"updated",
			"deleted",
			"variant-created",
			"variant-updated",
		],
		body: {
			ID: "7d0c3a52-8f5e-4d06-a1f1-3f0b8f7f2c01",
			Category: "Drinks",
			Name: "Example Coffee",
			Code: "EX-1",
			Discontinued: false,
			Tags: [],
			Variants: [{ Name: "Large", Price: 25000 }],
		},
	},
	{
		group: "invoice",
		events: ["created", "updated", "deleted", "erased", "restored"],
		body: {
			ID: payment.InvoiceID,
			Outlet: "Outlet1",
			Number: "2020.07.0001",
			Date: "2020-09-02T00:00:00",
			DueDate: "0001-01-01T00:00:00",
			Gross: 100000,
			Sales: 100000,
			Void: "No",
			Payments: [payment],
		},
	},
	{
		group: "customer",
		events: ["created", "updated", "deleted"],
		body: {
			FirstName: "Example",
			LastName: "Customer",
			Email: "customer@example.com",
			Gender: 1,
			Code: "C-1",
		},
	},
	{
		group: "supplier",
		events: ["created", "updated", "deleted"],
		body: { Name: "Example Supplies Ltd", Gender: "Male", Code: "S-1" },
	},
	{
		group: "bill",
		events: ["created", "updated", "deleted", "purchase-order-created"],
		body: {
			ID: "5b1d9f0e-6d0f-4f5e-8f3a-0a7e5b6c7d02",
			Outlet: "Outlet1",
			Number: "B.0001",
			DueDate: "",
			Purchase: 50000,
		},
	},
	{
		group: "transfer-order",
		events: ["created", "updated", "deleted"],
		body: {
			Outlet: "Outlet1",
			Destination: "Outlet2",
			Date: "2021-08-20T10:28:56.6691072",
			Number: "T.0001",
			State: "Completed",
		},
	},
	{
		group: "outbound-logistic",
		events: ["created", "updated", "deleted", "complete"],
		body: {
			ID: "3c0f8a11-02d4-4a63-bb54-1f2a3b4c5d03",
			Outlet: "Outlet1",
			Number: "O.0001",
			Date: "01 Sep 2020 00:00",
		},
	},
	{
		group: "inbound-logistic",
		events: ["created", "updated", "deleted", "complete"],
		body: { Outlet: "Outlet1", Number: "I.0001", Supplier: {} },
	},
	{
		group: "adjustment",
		events: ["created", "updated", "deleted"],
		body: {
			ID: "9e8d7c6b-5a49-4382-9716-05f4e3d2c104",
			Outlet: "Outlet1",
			Type: "Stock",
			AdjustedInventory: [{ Code: "EX-1", Quantity: -1 }],
		},
	},
	{
		group: "bill-payment",
		events: ["created", "updated", "deleted"],
		body: {
			ID: "2f3e4d5c-6b7a-4899-a0b1-c2d3e4f5a605",
			BillID: "5b1d9f0e-6d0f-4f5e-8f3a-0a7e5b6c7d02",
			Outlet: "Outlet1",
			Amount: 50000,
			Method: "Cash",
		},
	},
	{
		group: "shift",
		events: ["created", "updated", "deleted", "close-shift"],
		body: {
			ID: "8a7b6c5d-4e3f-4201-9f8e-7d6c5b4a3906",
			Outlet: "Outlet1",
			Register: "Register 1",
			Cashier: "Example Cashier",
			TotalInvoice: 12,
		},
	},
	{
		group: "outlet",
		events: ["created", "updated", "deleted"],
		body: { ID: "4d5e6f70-8192-4a3b-8c4d-5e6f70819207", Name: "Outlet1" },
	},
];

function paid(event: string, title: string, body = payment): ExampleDelivery {
	return {
		title,
		path: { group: "payment", event },
		body,
		event: { type: `dealpos.payment.${event}`, subject: payment.ID },
	};
}

const order = {
	group: "sales-order",
	event: "created",
	body: { Number: "SO.0001" },
};

export default {
	settings: { webhookApiKey: "example-api-key" },
	headers: { "x-api-key": "example-api-key" },
	deliveries: [
		paid("created", "a payment was made"),
		paid("updated", "a payment was changed", { ...payment, Amount: 90000 }),
		paid("writeoff", "a payment was written off"),
		paid("deleted", "a payment was removed"),
		...samples.flatMap(({ group, events, body }) =>
			events.map((event) => ({
				title: `${group}: ${event}`,
				path: { group, event },
				body,
				event: {
					type: `dealpos.${group}.${event}`,
					subject: body.ID
						? `${group}/${body.ID}`
						: canonicalDigest(JSON.stringify(body)),
				},
			})),
		),
		{
			title: "a group whose payload nobody has published",
			path: { group: order.group, event: order.event },
			body: order.body,
			event: {
				type: "dealpos.unrecognized",
				subject: canonicalDigest(JSON.stringify(order)),
			},
		},
		{
			title:
				"a question about loyalty points, which wants an answer and is refused",
			path: { group: "loyalty-point", event: "fetch-points" },
			body: { MemberIdentification: "0001" },
		},
	],
} satisfies Example;
