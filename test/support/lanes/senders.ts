import { hour, minute, second } from "./lane.ts";
import type { Profile, Sender } from "./schedule.ts";

/** How many of a million changes are lost, kept aside or told twice. */
export type Rates = readonly [lost: number, kept: number, twice: number];

const keyed = "each";
const dated = true;

/** Each of the ways in which providers tell of their changes, with what no rule can mend of it: measured over 300,000 schedules. */
export const senders: readonly (Sender & Record<Profile, Rates>)[] = [
	{
		says: "Marosa",
		keyed,
		dated,
		realistic: [5, 0, 1],
		hostile: [780, 0, 49],
	},
	{
		says: "Marosa, times cut to the second",
		keyed,
		dated,
		cutMs: second,
		realistic: [5, 0, 10],
		hostile: [784, 0, 91],
	},
	{
		says: "Marosa, times cut to the minute",
		keyed,
		dated,
		cutMs: minute,
		realistic: [48, 0, 8538],
		hostile: [2653, 0, 22_725],
	},
	{
		says: "Marosa, a clock slow by 90 s",
		keyed,
		dated,
		skewMs: -90 * second,
		realistic: [53, 0, 856],
		hostile: [1545, 0, 5558],
	},
	{
		says: "Marosa, a clock fast by 90 s",
		keyed,
		dated,
		skewMs: 90 * second,
		realistic: [5, 0, 20],
		hostile: [728, 0, 878],
	},
	{
		says: "Marosa, an API 1 min behind",
		keyed,
		dated,
		lagMs: minute,
		realistic: [21, 0, 10],
		hostile: [1069, 0, 685],
	},
	{
		says: "Marosa, an API 5 min behind",
		keyed,
		dated,
		lagMs: 5 * minute,
		realistic: [113, 0, 13],
		hostile: [2218, 0, 1244],
	},
	{
		says: "Marosa, a zone wrong by +2 h",
		keyed,
		dated,
		skewMs: 2 * hour,
		realistic: [5, 0, 6025],
		hostile: [500, 0, 60_639],
	},
	{
		says: "Marosa, a zone wrong by -2 h",
		keyed,
		dated,
		skewMs: -2 * hour,
		realistic: [964, 0, 12_294],
		hostile: [10_152, 0, 45_412],
	},
	{
		says: "CamInvoice",
		realistic: [2737, 1851, 10_460],
		hostile: [18_241, 2773, 81_639],
	},
	{
		says: "CamInvoice, in order",
		inOrder: true,
		realistic: [688, 2169, 3741],
		hostile: [2865, 6988, 81_879],
	},
	{
		says: "CamInvoice, an API 5 min behind",
		lagMs: 5 * minute,
		realistic: [2718, 1786, 10_334],
		hostile: [19_362, 2653, 78_644],
	},
	{
		says: "DealPOS payments",
		keyed: "first",
		withinMs: 20 * second,
		realistic: [1806, 840, 7003],
		hostile: [12_655, 4309, 56_562],
	},
	{
		says: "DealPOS where nothing can be polled, in order",
		inOrder: true,
		unpolled: true,
		withinMs: 20 * second,
		realistic: [744, 4293, 0],
		hostile: [2586, 12_491, 0],
	},
];
