"""Words that advertisements set beside a job title and that say nothing of the job.

Only words that no title of ISCO-08's, KBJI's and MASCO's indexes turns on: `baru` (new) is here, `pembantu`
(assistant) is not.
"""

from __future__ import annotations

_NOISE = """
    urgent urgently hiring hire vacancy vacancies needed wanted required immediate immediately asap apply join walkin
    interview open recruitment opening lowongan kerja loker dibutuhkan segera dicari butuh membutuhkan penempatan area
    wilayah lokasi domisili sekitarnya gaji salary bonus insentif incentive allowance komisi umr umk ump gross nett
    negotiable fulltime parttime full part time contract kontrak permanent tetap temporary sementara freelance
    freelancer magang internship intern pkl fresh freshgraduate graduate graduates lulusan wfh wfo remote onsite hybrid
    pengalaman experience experienced tahun years year bulan months month min minimal max usia pria wanita male female
    laki perempuan baru new batch urgent kekosongan jawatan kosong diperlukan dikehendaki ambilan iklan
    and or of the for in at to with a an as on from by dan atau untuk di ke dengan yang pada bagi serta dalam oleh
    รับสมัคร รับสมัครงาน ด่วน งาน ตำแหน่ง ประจำ จำนวน อัตรา เงินเดือน
"""
_FIRMS = "pt cv tbk persero sdn bhd berhad plt ltd inc co corp pte llc plc holdings บริษัท จำกัด มหาชน"
_PLACES = """
    indonesia malaysia thailand singapore singapura asean jakarta jabodetabek jabotabek bogor depok tangerang bekasi
    cikarang karawang serpong bsd cibubur cilegon banten bandung cimahi sumedang garut cirebon sukabumi cianjur
    tasikmalaya purwakarta subang semarang solo surakarta yogyakarta jogja jogjakarta sleman bantul magelang salatiga
    kudus tegal pekalongan purwokerto cilacap surabaya sidoarjo gresik mojokerto malang kediri madiun jember banyuwangi
    pasuruan probolinggo tuban lamongan bali denpasar badung kuta ubud gianyar lombok mataram kupang medan binjai
    asahan sumatera sumatra sumut sumbar sumsel aceh padang pekanbaru riau batam bintan tanjungpinang jambi
    palembang bengkulu lampung bangka belitung kalimantan pontianak ketapang banjarmasin banjarbaru samarinda balikpapan
    palangkaraya sulawesi makassar manado kendari gorontalo maluku ambon ternate halmahera papua jayapura
    sorong timika jawa jateng jatim jabar jabodetabek utara selatan barat timur pusat tengah selangor kuala lumpur
    klang petaling penang kedah perlis kelantan terengganu pahang johor bahru melaka malacca
    sembilan sabah sarawak putrajaya cyberjaya labuan ipoh seremban kuching bangkok กรุงเทพ กรุงเทพฯ songkhla
    hatyai phuket krabi trang satun pattani yala narathiwat ranong chumphon phatthalung สงขลา หาดใหญ่
    ภูเก็ต กระบี่ ตรัง สตูล ปัตตานี ยะลา นราธิวาส สุราษฎร์ธานี ระนอง ชุมพร พัทลุง พังงา นครศรีธรรมราช
"""
NOISE = frozenset(_NOISE.split())
"""Urgency, pay, terms of contract, who may apply, and the words that only join others."""

FIRMS = frozenset(_FIRMS.split())
"""Legal forms of firms."""

PLACES = frozenset(_PLACES.split())
"""Provinces, states and larger cities of the three countries, and points of the compass in their names."""
