/* SPDX-License-Identifier: PostgreSQL
 *
 * The organisations of the twin: the tracked groups (names and domains as in the curated table), schools, and
 * invented companies that no table knows.
 */
#include "twin.h"

#define TRACKED(key, name, domain, country, size, variants, domains)                                         \
	{                                                                                                    \
		key, name, domain, country, ORG_COMPANY, size, variants, domains, 0, 0                       \
	}
#define SCHOOL(name, domain, country, cn, world)                                                             \
	{                                                                                                    \
		NULL, name, domain, country, ORG_UNIVERSITY, ORG_SIZE_NONE, NULL, NULL, cn, world            \
	}
#define UNKNOWN(name, domain, country)                                                                       \
	{                                                                                                    \
		NULL, name, domain, country, ORG_COMPANY, ORG_SIZE_NONE, NULL, NULL, 0, 0                    \
	}

const struct org ORGS[] = {
    TRACKED("bytedance", "ByteDance", "bytedance.com", "CN", ORG_LARGE,
	    "ByteDance Inc.|Bytedance|ByteDance AI Lab|TikTok|ByteDance Seed|ByteDance, Beijing",
	    "tiktok.com|us.bytedance.com|ailab.bytedance.com"),
    TRACKED("alibaba", "Alibaba Group", "alibaba-inc.com", "CN", ORG_LARGE,
	    "Alibaba|Alibaba DAMO Academy|Alibaba Group, Hangzhou|Alibaba Cloud|DAMO Academy, Alibaba Group",
	    "alibaba.com|taobao.com|damo.alibaba-inc.com"),
    TRACKED("tencent", "Tencent", "tencent.com", "CN", ORG_LARGE,
	    "Tencent AI Lab|Tencent Inc.|Tencent ARC Lab|Tencent Youtu Lab|WeChat AI, Tencent",
	    "arc.tencent.com|global.tencent.com"),
    TRACKED("baidu", "Baidu", "baidu.com", "CN", ORG_LARGE, "Baidu Inc.|Baidu Research|Baidu, Inc.",
	    "research.baidu.com"),
    TRACKED("ant_group", "Ant Group", "antgroup.com", "CN", ORG_LARGE, "Ant Financial|Ant Group Research",
	    "antfin.com|alipay.com"),
    TRACKED("huawei", "Huawei", "huawei.com", "CN", ORG_LARGE, "Huawei Noah's Ark Lab|Huawei Technologies",
	    "noah.huawei.com"),
    TRACKED("meituan", "Meituan", "meituan.com", "CN", ORG_LARGE, "Meituan Inc.|Meituan-Dianping Group",
	    NULL),
    TRACKED("jd", "JD.com", "jd.com", "CN", ORG_LARGE, "JD AI Research|JD Explore Academy", NULL),
    TRACKED("kuaishou", "Kuaishou", "kuaishou.com", "CN", ORG_LARGE, "Kuaishou Technology", NULL),
    TRACKED("xiaohongshu", "Xiaohongshu", "xiaohongshu.com", "CN", ORG_LARGE, "Xiaohongshu Inc.", NULL),
    TRACKED("deepseek", "DeepSeek", "deepseek.com", "CN", ORG_START_UP, "DeepSeek AI", NULL),
    TRACKED("moonshot", "Moonshot AI", "moonshot.cn", "CN", ORG_START_UP, "Moonshot", NULL),
    TRACKED("minimax", "MiniMax", "minimaxi.com", "CN", ORG_START_UP, "MiniMax AI", "minimax.io"),
    TRACKED("zhipu", "Zhipu AI", "zhipuai.cn", "CN", ORG_START_UP, "Zhipu.AI", "z.ai"),
    TRACKED("zero_one", "01.AI", "01.ai", "CN", ORG_START_UP, "01.AI Inc.", "lingyiwanwu.com"),
    TRACKED("modelbest", "ModelBest", "modelbest.cn", "CN", ORG_START_UP, "ModelBest Inc.", NULL),
    {"baai", "Beijing Academy of Artificial Intelligence", "baai.ac.cn", "CN", ORG_INSTITUTE, ORG_SIZE_NONE,
     "BAAI", NULL, 0, 0},
    TRACKED("google", "Google", "google.com", "US", ORG_LARGE, "Google Research|DeepMind|Google Inc.",
	    "deepmind.com|research.google.com"),
    TRACKED("meta", "Meta", "meta.com", "US", ORG_LARGE, "Meta AI|Facebook AI Research", "fb.com"),
    TRACKED("microsoft", "Microsoft", "microsoft.com", "US", ORG_LARGE,
	    "Microsoft Research|Microsoft Research Asia", "research.microsoft.com"),
    TRACKED("amazon", "Amazon", "amazon.com", "US", ORG_LARGE, "Amazon Web Services|Amazon AI", NULL),
    TRACKED("openai", "OpenAI", "openai.com", "US", ORG_LARGE, "OpenAI Inc.", NULL),
    TRACKED("adobe", "Adobe", "adobe.com", "US", ORG_LARGE, "Adobe Research|Adobe Systems", NULL),
    TRACKED("snap", "Snap", "snap.com", "US", ORG_LARGE, "Snap Inc.", NULL),
    TRACKED("salesforce", "Salesforce", "salesforce.com", "US", ORG_LARGE,
	    "Salesforce Research|SalesForce.com", NULL),
    TRACKED("ibm", "IBM", "ibm.com", "US", ORG_LARGE, "IBM Research|International Business Machines",
	    "us.ibm.com"),

    /* schools: weights among people of Chinese companies, and elsewhere */
    SCHOOL("Tsinghua University", "tsinghua.edu.cn", "CN", 160, 80),
    SCHOOL("Peking University", "pku.edu.cn", "CN", 135, 70),
    SCHOOL("University of Science and Technology of China", "ustc.edu.cn", "CN", 115, 55),
    SCHOOL("Shanghai Jiao Tong University", "sjtu.edu.cn", "CN", 100, 60),
    SCHOOL("Zhejiang University", "zju.edu.cn", "CN", 92, 55),
    SCHOOL("University of Chinese Academy of Sciences", "ucas.ac.cn", "CN", 84, 40),
    SCHOOL("Nanjing University", "nju.edu.cn", "CN", 76, 30),
    SCHOOL("Fudan University", "fudan.edu.cn", "CN", 36, 30),
    SCHOOL("Harbin Institute of Technology", "hit.edu.cn", "CN", 34, 25),
    SCHOOL("Beihang University", "buaa.edu.cn", "CN", 32, 20),
    SCHOOL("Huazhong University of Science and Technology", "hust.edu.cn", "CN", 30, 20),
    SCHOOL("Beijing University of Posts and Telecommunications", "bupt.edu.cn", "CN", 26, 15),
    SCHOOL("Xi'an Jiaotong University", "xjtu.edu.cn", "CN", 24, 15),
    SCHOOL("Sun Yat-sen University", "sysu.edu.cn", "CN", 22, 15),
    SCHOOL("Renmin University of China", "ruc.edu.cn", "CN", 18, 12),
    SCHOOL("Wuhan University", "whu.edu.cn", "CN", 16, 12),
    SCHOOL("Tianjin University", "tju.edu.cn", "CN", 14, 10),
    SCHOOL("South China University of Technology", "scut.edu.cn", "CN", 14, 8),
    SCHOOL("Chinese University of Hong Kong", "cuhk.edu.hk", "HK", 60, 30),
    SCHOOL("Hong Kong University of Science and Technology", "ust.hk", "HK", 36, 30),
    SCHOOL("University of Hong Kong", "hku.hk", "HK", 24, 25),
    SCHOOL("National University of Singapore", "nus.edu.sg", "SG", 38, 40),
    SCHOOL("Nanyang Technological University", "ntu.edu.sg", "SG", 32, 30),
    SCHOOL("Carnegie Mellon University", "cmu.edu", "US", 44, 90),
    SCHOOL("Stanford University", "stanford.edu", "US", 20, 100),
    SCHOOL("University of California, Berkeley", "berkeley.edu", "US", 16, 90),
    SCHOOL("Massachusetts Institute of Technology", "mit.edu", "US", 12, 95),
    SCHOOL("University of Washington", "uw.edu", "US", 12, 50),
    SCHOOL("University of Illinois Urbana-Champaign", "illinois.edu", "US", 18, 45),
    SCHOOL("Georgia Institute of Technology", "gatech.edu", "US", 12, 45),
    SCHOOL("University of Texas at Austin", "utexas.edu", "US", 10, 40),
    SCHOOL("Princeton University", "princeton.edu", "US", 4, 35),
    SCHOOL("New York University", "nyu.edu", "US", 8, 35),
    SCHOOL("University of Oxford", "ox.ac.uk", "GB", 8, 60),
    SCHOOL("University of Cambridge", "cam.ac.uk", "GB", 6, 50),
    SCHOOL("Imperial College London", "imperial.ac.uk", "GB", 6, 35),
    SCHOOL("University of Edinburgh", "ed.ac.uk", "GB", 5, 30),
    SCHOOL("ETH Zurich", "ethz.ch", "CH", 5, 60),
    SCHOOL("EPFL", "epfl.ch", "CH", 3, 40),
    SCHOOL("Technical University of Munich", "tum.de", "DE", 3, 40),
    SCHOOL("University of Toronto", "toronto.edu", "CA", 8, 55),
    SCHOOL("McGill University", "mcgill.ca", "CA", 3, 35),
    SCHOOL("University of Tokyo", "u-tokyo.ac.jp", "JP", 6, 35),
    SCHOOL("KAIST", "kaist.ac.kr", "KR", 2, 50),
    SCHOOL("Seoul National University", "snu.ac.kr", "KR", 1, 35),
    SCHOOL("University of Sydney", "sydney.edu.au", "AU", 8, 25),
    SCHOOL("University of Technology Sydney", "uts.edu.au", "AU", 8, 20),
    SCHOOL("Technion", "technion.ac.il", "IL", 1, 30),
    SCHOOL("Indian Institute of Technology Bombay", "iitb.ac.in", "IN", 0, 25),
    SCHOOL("University of Amsterdam", "uva.nl", "NL", 1, 25),

    /* invented: no table knows them */
    UNKNOWN("Lumora Robotics", "lumora.example", "CN"),
    UNKNOWN("Quantiva Data", "quantiva.example", "US"),
    UNKNOWN("Fernlicht Systems", "fernlicht.example", "DE"),
    UNKNOWN("Harborline Analytics", "harborline.example", "GB"),
    UNKNOWN("Sunquill Motors", "sunquill.example", "CN"),
    UNKNOWN("Northgale Health", "northgale.example", "CA"),
    UNKNOWN("Tidemark Semiconductors", "tidemark.example", "TW"),
    UNKNOWN("Independent", "independent-researcher.org", NULL),
};
const size_t N_ORGS = ARRAY_LENGTH(ORGS);
const size_t N_TRACKED = TRACKED_COUNT;

_Static_assert(TRACKED_COUNT == 26, "tracked groups of the curated table");

static bool domain_is(struct str text, struct str domain)
{
	if (str_equal_ignoring_case(text, domain))
		return true;
	if (text.length <= domain.length + 1)
		return false;
	size_t from = text.length - domain.length;
	return text.data[from - 1] == '.' &&
	       str_equal_ignoring_case(str_slice(text, from, domain.length), domain);
}

static bool domains_have(const struct org *org, struct str text)
{
	if (domain_is(text, str_from(org->domain)))
		return true;
	if (org->domains == NULL)
		return false;
	struct str rest = str_from(org->domains);
	struct str part;
	while (str_next(&rest, '|', &part)) {
		if (domain_is(text, part))
			return true;
	}
	return false;
}

int org_find(struct str name, struct str domain)
{
	for (size_t org = 0; org < N_TRACKED; org++) {
		if (str_equal_ignoring_case(name, str_from(ORGS[org].name)))
			return (int)org;
	}
	for (size_t org = 0; org < N_ORGS; org++) {
		if (domain.length != 0 && domains_have(&ORGS[org], domain))
			return (int)org;
	}
	for (size_t org = N_TRACKED; org < N_ORGS; org++) {
		if (str_equal_ignoring_case(name, str_from(ORGS[org].name)))
			return (int)org;
	}
	return -1;
}

int org_resolve(struct str name, struct str domain)
{
	int org = org_find(name, domain);
	return org >= 0 && (size_t)org < N_TRACKED ? org : -1;
}
