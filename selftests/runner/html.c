// SPDX-License-Identifier: GPL-2.0-or-later
#include "html.h"

#include <ctype.h>

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n";

/* Colours by name, so that pictures follow the reader's light or dark. */
static const char style[] =
	"<style>\n"
	":root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1f24;"
	"--soft:#5c6570;--line:#dfe3e8;--good:#12714a;--bad:#b3261e;"
	"--warn:#8a5a00;--good-bg:#e2f3ea;--bad-bg:#fbe6e4;--warn-bg:#fbf0d8;\n"
	"--s1:#2a78d6;--s2:#e0621c;--s3:#1a9a6b;--s4:#5a46c0;--s5:#d03b3b;"
	"--s6:#0d8f9c;--s7:#b98300;--s8:#7c93ad;--s9:#c0449a;"
	"--s20:#b6bdc6;--s21:#4a525c;--s22:#e6e9ed}\n"
	"@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;"
	"--ink:#e8eaed;--soft:#9aa4af;--line:#2e343b;--good:#6fd3a3;"
	"--bad:#ff9c93;--warn:#f0c060;--good-bg:#17352a;--bad-bg:#43211e;"
	"--warn-bg:#3a2f17;\n"
	"--s1:#5aa2f2;--s2:#f08a4b;--s3:#3fc08f;--s4:#a294f5;--s5:#f07070;"
	"--s6:#3fbccb;--s7:#dcae3c;--s8:#8fa3ba;--s9:#e58bc6;"
	"--s20:#4c545d;--s21:#b4bcc6;--s22:#2a2f35}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--bg);color:var(--ink);"
	"font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n"
	"main{max-width:1240px;margin:0 auto;padding:28px 20px 60px}\n"
	"h1{font-size:26px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}\n"
	"h2{font-size:19px;margin:40px 0 4px}\n"
	"p{margin:0 0 12px;max-width:78ch}\n"
	".sub,small,figcaption span{color:var(--soft)}\n"
	".tiles,.figures{display:grid;gap:14px;align-items:start;margin:16px 0;"
	"grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}\n"
	".tiles{grid-template-columns:repeat(auto-fill,minmax(min(100%,165px),1fr))}\n"
	".tile,figure,.table{background:var(--card);border:1px solid var(--line);"
	"border-radius:8px}\n"
	".tile{padding:12px 14px}\n"
	".tile b{display:block;font-size:25px;font-weight:600;line-height:1.25;"
	"letter-spacing:-.01em}\n"
	".tile span,.tile small{display:block;font-size:13px}\n"
	"figure{margin:0;padding:12px 12px 10px;min-width:0}\n"
	"figcaption{font-weight:600;font-size:14px;margin-bottom:6px}\n"
	"figcaption span{display:block;font-weight:400;font-size:13px}\n"
	"svg{display:block;width:100%;height:auto;overflow:visible}\n"
	"svg g,svg text{font-family:inherit}svg text{font-variant-numeric:tabular-nums}\n"
	".legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;"
	"margin-top:6px}\n"
	".legend i{display:inline-block;width:14px;height:3px;"
	"border-radius:2px;margin-right:6px;vertical-align:middle}\n"
	".legend sup{font-size:10px;line-height:0}\n"
	".c1{background:var(--s1)}.c2{background:var(--s2)}"
	".c3{background:var(--s3)}.c4{background:var(--s4)}"
	".c5{background:var(--s5)}.c6{background:var(--s6)}"
	".c7{background:var(--s7)}.c8{background:var(--s8)}"
	".c9{background:var(--s9)}\n"
	".table{overflow-x:auto;margin:14px 0}\n"
	"table{border-collapse:collapse;width:100%;font-size:13.5px}\n"
	"th,td{text-align:left;padding:6px 12px;vertical-align:top;"
	"border-bottom:1px solid var(--line)}\n"
	"tr:last-child>*{border-bottom:0}\n"
	"thead th{color:var(--soft);font-weight:500;white-space:nowrap}\n"
	"tbody th{font-weight:500}\n"
	".n{text-align:right;white-space:nowrap;"
	"font-variant-numeric:tabular-nums}\n"
	"td,.day{white-space:nowrap}td.w{white-space:normal;min-width:15em;overflow-wrap:anywhere}\n"
	".mark{display:inline-block;border-radius:5px;padding:0 7px;"
	"font-size:12.5px;font-weight:500;white-space:nowrap}\n"
	".good{color:var(--good);background:var(--good-bg)}"
	".bad{color:var(--bad);background:var(--bad-bg)}"
	".warn{color:var(--warn);background:var(--warn-bg)}\n"
	".note{border-radius:8px;padding:9px 14px;margin:12px 0;max-width:none}\n"
	"details{margin:10px 0}summary{cursor:pointer;color:var(--soft)}\n"
	/* A table of its own height, so that its head can stay in sight. */
	".tall{max-height:85vh;overflow:auto}\n"
	".tall thead th{position:sticky;top:0;z-index:1;background:var(--card);"
	"box-shadow:0 1px var(--line)}\n"
	".tall thead th{white-space:normal}"
	".tall thead small{display:block;font-weight:400;width:8em;"
	"overflow-wrap:anywhere}\n"
	".tall th.name{overflow-wrap:anywhere;min-width:20em;width:100%;"
	"font:13px/1.6 ui-monospace,monospace}\n"
	".tall .class th{padding-top:18px;font-size:15px}"
	".tall .why td{white-space:normal;color:var(--soft);padding-top:12px}\n"
	".tall .log{white-space:normal}.log pre{max-height:18em;overflow:auto}"
	".none{color:var(--soft)}\n"
	"pre{margin:4px 0;font:12.5px/1.5 ui-monospace,monospace;"
	"white-space:pre-wrap;overflow-wrap:anywhere}\n"
	"h3{font-size:16px;margin:28px 0 4px}"
	"li{font:13px/1.6 ui-monospace,monospace;overflow-wrap:anywhere}\n"
	"@media print{.tall{max-height:none}body{background:#fff}figure,.tile{break-inside:avoid}}\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<main>\n";

void html_begin(FILE *file, const char *title)
{
	fputs(head, file);
	html_markup(file, "<title>%s</title>\n", title);
	fputs(style, file);
}

void html_text(FILE *file, const char *str)
{
	for (; *str; str++) {
		if (*str == '&')
			fputs("&amp;", file);
		else if (*str == '<')
			fputs("&lt;", file);
		else if (*str == '>')
			fputs("&gt;", file);
		else if (*str == '"')
			fputs("&quot;", file);
		else if (*str == '\'')
			fputs("&#39;", file);
		else
			/* Controls have no place in HTML, escaped or not. */
			fputc(iscntrl((unsigned char)*str) ? ' ' : *str, file);
	}
}

void html_end(FILE *file)
{
	fputs("</main>\n</body>\n</html>\n", file);
}
