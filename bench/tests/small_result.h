/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bench.json as short as can be with everything in it: what tests change, and
 * what the fuzzer begins with.
 */
#ifndef SMALL_RESULT_H
#define SMALL_RESULT_H

#define SMALL_NS(n)	"{\"min\":" n ",\"p1\":110,\"p25\":120,\"p50\":130," \
			"\"p90\":140,\"p99\":150,\"p999\":160,\"max\":170}"

#define SMALL_CALIB	"{\"core_ns\":80,\"alu_ns\":1.08,\"copy_ns\":22," \
			"\"steal\":4.25}"

#define SMALL_AROUND	"\"cpu\":{\"user\":0.1,\"sys\":0.4}," \
			"\"ctx\":{\"vol\":10,\"invol\":2}," \
			"\"softnet\":{\"packets\":20,\"dropped\":0}," \
			"\"nstat\":{\"TcpRetransSegs\":0}," \
			"\"calib\":{\"before\":" SMALL_CALIB ",\"after\":" \
			SMALL_CALIB "},\"disturbed\":false"

static const char small_result[] =
	"{\"schema\":\"netns-bench/1\",\"run_id\":\"20261124T001122Z-6.18.44\","
	"\"boot_id\":\"6f2a8a8e-0000-4000-8000-000000000001\","
	"\"start\":\"2026-11-24T00:11:22Z\",\"end\":\"2026-11-24T00:12:22Z\","
	"\"partial\":null,\n"
	"\"env\":{\"kernel\":\"6.18.44\",\"version\":\"#1 SMP\","
	"\"machine\":\"x86_64\",\"cpu\":\"a <b> & \\\"c\\\"\",\"cpus\":2,"
	"\"hypervisor\":\"KVM\",\"emulated\":null,\"clocksource\":\"tsc\","
	"\"governor\":null,\"config\":{\"CONFIG_HZ\":\"250\"},"
	"\"sysctls\":{\"net.core.rmem_max\":\"4194304\"},"
	"\"libraries\":{\"libiperf\":\"3.12\",\"gsl\":\"2.7.1\","
	"\"jansson\":\"2.14\",\"libmnl\":null},\"commit\":null,"
	"\"pmu\":{\"available\":false,\"reason\":\"ENOENT\"},\"root\":true},\n"
	"\"protocol\":{\"preset\":\"gate\",\"seed\":-1,\"min_rounds\":1,"
	"\"max_rounds\":3,\"rounds\":2,\"secs\":0.5,\"stop\":\"precise\","
	"\"arms\":[{\"workload\":\"tcp_rr\",\"path\":\"direct\"},"
	"{\"workload\":\"tcp_rr\",\"path\":\"direct-again\"},"
	"{\"workload\":\"tcp_rr\",\"path\":\"bridge\"},"
	"{\"workload\":\"tcp_stream\",\"path\":\"direct\"},"
	"{\"workload\":\"pod_add\",\"path\":\"netlink\",\"pods\":10}],"
	"\"skipped\":[{\"workload\":\"tcp_rr\",\"path\":\"vxlan\","
	"\"why\":\"CONFIG_VXLAN\"}],\"argv\":[\"bench\",\"--gate\"]},\n"
	"\"samples\":[\n"
	"{\"round\":1,\"pos\":0,\"retry\":0,\"workload\":\"tcp_rr\","
	"\"path\":\"direct\",\"ok\":true,\"secs\":0.5,\"n\":3,"
	"\"ns\":" SMALL_NS("100") ",\"hist\":[[99,1],[130,2]]," SMALL_AROUND "},\n"
	"{\"round\":1,\"pos\":1,\"retry\":0,\"workload\":\"tcp_rr\","
	"\"path\":\"bridge\",\"ok\":true,\"secs\":0.5,\"n\":3,"
	"\"ns\":" SMALL_NS("105") ",\"hist\":[[104,3]]," SMALL_AROUND "},\n"
	"{\"round\":1,\"pos\":2,\"retry\":0,\"workload\":\"tcp_stream\","
	"\"path\":\"direct\",\"ok\":true,\"secs\":0.5,\"bytes\":1000000000,"
	SMALL_AROUND "},\n"
	"{\"round\":2,\"pos\":0,\"retry\":0,\"workload\":\"tcp_stream\","
	"\"path\":\"direct\",\"ok\":false,\"error\":\"ECONNREFUSED, \\\"no\\\" "
	"server <listens>\"," SMALL_AROUND "},\n"
	"{\"round\":2,\"pos\":1,\"retry\":1,\"workload\":\"pod_add\","
	"\"path\":\"netlink\",\"pods\":10,\"ok\":true,\"secs\":0.01,\"n\":10,"
	"\"ns\":" SMALL_NS("100") ",\"mine\":[null]," SMALL_AROUND "}\n"
	"]}\n";

#endif
